// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A process's HTTP port: health, and the routes of its service.
///
/// | path | answers |
/// | --- | --- |
/// | `/health/live` | 200, or 503 when a restart would help |
/// | `/health/ready` | 200, or 503 with the names of the checks that fail |
/// | `/metrics` | Prometheus' text format 0.0.4, a route of `ServiceProcess` |
///
/// The port is for the platform and for operators; it does not belong on the internet.
struct HealthServer: Service {
  private let host: String
  private let port: Int
  private let logger: Logger
  private let health: HealthRegistry
  private let routes: HTTPRoutes
  private let didStart: @Sendable (Int) async -> Void

  /// - Parameters:
  ///   - port: 0 lets the system choose.
  ///   - didStart: called with the port once connections are accepted.
  init(
    host: String, port: Int, health: HealthRegistry, routes: HTTPRoutes, logger: Logger,
    didStart: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.host = host
    self.port = port
    self.health = health
    self.routes = routes
    self.logger = logger
    self.didStart = didStart
    routes.get("/health/live") { try Self.reply(HealthRegistry.Report(failing: [])) }
    routes.get("/health/ready") { try Self.reply(await health.readiness()) }
  }

  func run() async throws {
    // What the server itself says of connections is for its own developers.
    var quiet = logger
    quiet.logLevel = max(.notice, logger.logLevel)
    let application = Application(
      responder: CallbackResponder<BasicRequestContext> { request, _ in await respond(to: request) },
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { [didStart, port] channel in await didStart(channel.localAddress?.port ?? port) },
      logger: quiet)
    try await application.run()
  }

  private func respond(to request: Request) async -> Response {
    guard request.method == .get || request.method == .head else {
      return Self.response(.text("only GET\n", status: 405))
    }
    guard let handler = routes.handler(for: request.uri.path) else {
      return Self.response(.text("nothing here\n", status: 404))
    }
    do {
      let response = Self.response(try await handler())
      return request.method == .head ? response.createHeadResponse() : response
    } catch {
      logger.error("a route failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      return Self.response(.text("failed; it was logged\n", status: 500))
    }
  }

  private static func response(_ reply: HTTPReply) -> Response {
    Response(
      status: .init(code: reply.status),
      headers: [.contentType: reply.contentType, .cacheControl: reply.cacheControl],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
  }

  private struct ReportBody: Encodable {
    let status: String
    let failing: [String]
  }

  private static func reply(_ report: HealthRegistry.Report) throws -> HTTPReply {
    try .json(
      ReportBody(status: report.isHealthy ? "ok" : "failing", failing: report.failing),
      status: report.isHealthy ? 200 : 503)
  }
}
