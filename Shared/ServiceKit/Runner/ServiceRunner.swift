// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import CoreMetrics
import Foundation
import Logging
import Postgres
import Redis
public import ServiceLifecycle
import UnixSignals

/// Runs a service as a process: all that an executable's `main` calls.
///
/// | exit code | when |
/// | --- | --- |
/// | 0 | it was asked to end by SIGTERM or SIGINT, and did |
/// | 1 | it failed; the log says how |
/// | 78 | a setting is missing or wrong (`EX_CONFIG` of sysexits.h); standard error says which |
public enum ServiceRunner {
  /// Reads the configuration, waits for what the service needs, builds it and runs it to the end of the process.
  /// - Parameters:
  ///   - name: what the service is called, for example `auth`.
  ///   - build: makes the service's parts; called once, when PostgreSQL, Redis and the migrations are there.
  public static func run(
    _ name: String, build: @escaping @Sendable (ServiceContext) async throws -> [any Service]
  ) async -> Never {
    do {
      let process = try make(name, reader: try ConfigReader.process(), build: build)
      do {
        try await process.run(signals: [.sigterm, .sigint])
      } catch {
        process.context.logger.critical("the service failed", metadata: ["error": "\(error)"])
        throw error
      }
      exit(0)
    } catch {
      exit(exitCode(for: error, name: name))
    }
  }

  /// Reads the configuration and bootstraps logging and metrics for the whole process.
  private static func make(
    _ name: String, reader: ConfigReader, build: @escaping @Sendable (ServiceContext) async throws -> [any Service]
  ) throws -> ServiceProcess {
    let configuration = try ProcessConfiguration(reader: reader, service: name)
    let metrics = MetricRegistry()
    MetricsSystem.bootstrap(PrometheusFactory(registry: metrics))
    let level = configuration.logLevel
    LoggingSystem.bootstrap { label in LineLogHandler(label: label, level: level) }
    return process(name, reader: reader, configuration, Logger(label: name), metrics, build: build)
  }

  /// A process around connections that are made when they are first needed.
  static func process(
    _ name: String, reader: ConfigReader, _ configuration: ProcessConfiguration, _ logger: Logger,
    _ metrics: MetricRegistry, build: @escaping @Sendable (ServiceContext) async throws -> [any Service],
    didOpenHTTP: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> ServiceProcess {
    let context = ServiceContext(
      name: name, configuration: reader, domain: configuration.domain, logger: logger,
      postgres: PostgresPool(configuration.postgres), redis: RedisClient(configuration.redis),
      redisConfiguration: configuration.redis)
    return ServiceProcess(
      configuration: configuration, context: context, metrics: metrics, build: build, didOpenHTTP: didOpenHTTP)
  }

  static func exitCode(for error: any Error, name: String) -> Int32 {
    guard let error = error as? ConfigurationError else { return 1 }
    FileHandle.standardError.write(Data("\(name): wrong configuration: \(error)\n".utf8))
    return 78
  }
}
