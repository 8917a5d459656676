// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Metrics
import Postgres
import Redis
import ServiceLifecycle
import UnixSignals

/// One service process from its configuration to its end.
///
/// The HTTP port answers from the first moment, with readiness false. Then PostgreSQL, Redis and the migrations are
/// waited for, the service is built, and readiness becomes true. A graceful shutdown ends waiting at once; it makes
/// readiness false, lets the service drain, and closes the HTTP port and the connections last.
struct ServiceProcess: Sendable {
  /// How long a service may drain before it is cancelled.
  static let drainTime = Duration.seconds(25)

  let configuration: ProcessConfiguration
  let context: ServiceContext
  let metrics: MetricRegistry
  let build: @Sendable (ServiceContext) async throws -> [any Service]
  let didOpenHTTP: @Sendable (Int) async -> Void

  func run(signals: [UnixSignal]) async throws {
    context.health.register("postgres") { [context] in await succeeds { try await context.postgres.checkHealth() } }
    context.health.register("redis") { [context] in await succeeds { try await context.redis.checkHealth() } }
    context.http.get("/metrics") { [context, metrics] in
      sample(context)
      return HTTPReply(contentType: ExpositionText.contentType, body: Array(metrics.exposition().utf8))
    }
    let http = HealthServer(
      host: configuration.httpHost, port: configuration.httpPort, health: context.health, routes: context.http,
      logger: context.logger, didStart: didOpenHTTP)
    // Whichever ends ends the other; the last is shut down first.
    var group = ServiceGroupConfiguration(
      services: [
        .init(service: http, failureTerminationBehavior: .gracefullyShutdownGroup),
        .init(
          service: Stage { try await serve() }, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup),
      ],
      gracefulShutdownSignals: signals, logger: context.logger)
    group.maximumGracefulShutdownDuration = Self.drainTime
    defer { context.health.enter(.draining) }
    do {
      try await ServiceGroup(configuration: group).run()
    } catch {
      await close()
      throw error
    }
    await close()
  }

  private func serve() async throws {
    try await withGracefulShutdownHandler {
      let services = try await cancelWhenGracefulShutdown {
        for dependency in Dependency.all(of: context, configuration) {
          try await dependency.wait(logger: context.logger)
        }
        return try await build(context)
      }
      guard !Task.isShuttingDownGracefully else { return }
      context.health.enter(.running)
      context.logger.notice("ready")
      try await ServiceGroup(services: services, logger: context.logger).run()
    } onGracefulShutdown: { [context] in
      context.health.enter(.draining)
      context.logger.notice("draining")
    }
  }

  private func close() async {
    await context.postgres.shutdown()
    await context.redis.shutdown()
  }

  private struct Stage: Service {
    let body: @Sendable () async throws -> Void
    func run() async throws {
      do { try await body() } catch is CancellationError where Task.isShuttingDownGracefully { return }
    }
  }
}

/// What is looked at when somebody asks for the metrics.
private func sample(_ context: ServiceContext) {
  let pool = context.postgres.statistics
  for (state, count) in [("idle", pool.idle), ("busy", pool.busy), ("waiting", pool.waiting)] {
    Meter(label: "construct.postgres.pool", dimensions: [("state", state)]).set(count)
  }
  Meter(label: "construct.redis.connections.made").set(context.redis.connectionGeneration)
}

/// For health checks, which want to know whether and not why.
private func succeeds(_ body: () async throws -> Void) async -> Bool {
  do {
    try await body()
    return true
  } catch {
    return false
  }
}
