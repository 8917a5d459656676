// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Wire

/// One connection to a gateway, greeted.
struct LoadConnection: Sendable {
  let channel: any Channel
  let handler: NIOLoopBound<LoadHandler>
  let welcome: Welcome

  /// - Parameter source: the address to connect from; nil for the system's choice.
  static func open(
    _ endpoint: GatewayEndpoint, on eventLoop: any EventLoop, from source: SocketAddress? = nil
  ) async throws -> LoadConnection {
    var bootstrap = ClientBootstrap(group: eventLoop).channelOption(.tcpOption(.tcp_nodelay), value: 1)
    if let source { bootstrap = bootstrap.bind(to: source) }
    let tls = endpoint.isSecure ? try tls.get() : nil
    let upgrade = try await bootstrap.connect(host: endpoint.host, port: endpoint.port) { channel in
      channel.eventLoop.makeCompletedFuture {
        if let tls {
          try channel.pipeline.syncOperations.addHandler(try endpoint.makeTLSHandler(context: tls))
        }
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
          configuration: .init(upgradeConfiguration: upgradeConfiguration(endpoint)))
      }
    }
    guard let (channel, handler) = try await upgrade.get() else {
      throw LoadError("\(endpoint.authority) is no gateway")
    }
    let hello = Hello(lowestVersion: 1, highestVersion: 1, client: "construct-load")
    return LoadConnection(channel: channel, handler: handler, welcome: try await ask(hello, channel, handler))
  }

  /// One for all connections: it holds the system's authorities.
  private static let tls = Result { try TransportSecurity.systemAuthorities.makeContext() }

  private typealias Upgraded = (any Channel, NIOLoopBound<LoadHandler>)?

  private static func upgradeConfiguration(
    _ endpoint: GatewayEndpoint
  ) -> NIOTypedHTTPClientUpgradeConfiguration<Upgraded> {
    let upgrader = NIOTypedWebSocketClientUpgrader<Upgraded>(maxFrameSize: WireLimits.frameBytes) { channel, _ in
      channel.eventLoop.makeCompletedFuture {
        let handler = LoadHandler()
        try channel.pipeline.syncOperations.addHandler(handler)
        return (channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
      }
    }
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: endpoint.path, headers: ["Host": endpoint.authority])
    return NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
      channel.close().map { nil }
    }
  }

  /// Sends a request and waits for its answer. Throws `Failure` if it is refused.
  func ask<Question: FrameBody, Answer: FrameBody>(_ question: Question) async throws -> Answer {
    try await Self.ask(question, channel, handler)
  }

  private static func ask<Question: FrameBody, Answer: FrameBody>(
    _ question: Question, _ channel: any Channel, _ handler: NIOLoopBound<LoadHandler>
  ) async throws -> Answer {
    let body = question.encoded()
    let frame = try await channel.eventLoop.flatSubmit {
      handler.value.ask(Question.kind.rawValue, body, on: handler.eventLoop)
    }.get()
    if frame.kind == FrameKind.failure.rawValue { throw try frame.decode(Failure.self) }
    return try frame.decode()
  }

  func close() async throws { try await channel.close() }
}
