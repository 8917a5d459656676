// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// Stands between a service and a server on the loopback interface, so that a test can take the server away.
///
/// While it is cut, every connection through it is closed, and new ones are closed as soon as they come.
public final class TestProxy: Sendable {
  enum Target: Sendable {
    case unix(path: String)
    case tcp(host: String, port: Int)
  }

  /// On 127.0.0.1.
  public let port: Int
  private let listener: any Channel
  private let connections: Connections

  init(to target: Target) async throws {
    let connections = Connections()
    self.connections = connections
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { inbound in Self.connect(inbound, to: target, connections) }
      .bind(host: "127.0.0.1", port: 0).get()
    guard let port = listener.localAddress?.port else { throw TestSupportError("the proxy has no port") }
    self.port = port
  }

  /// Takes the server away.
  public func cut() async throws {
    for channel in connections.cut() { try await Self.close(channel) }
  }

  /// Lets new connections through again.
  public func restore() {
    connections.restore()
  }

  func shutdown() async throws {
    try await cut()
    try await listener.close()
  }

  private static func close(_ channel: any Channel) async throws {
    do { try await channel.close() } catch ChannelError.alreadyClosed {
      // Its other side was faster.
    }
  }

  private static func connect(
    _ inbound: any Channel, to target: Target, _ connections: Connections
  ) -> EventLoopFuture<Void> {
    guard connections.add(inbound) else { return inbound.close() }
    inbound.closeFuture.whenComplete { _ in connections.remove(inbound) }
    let bootstrap = ClientBootstrap(group: inbound.eventLoop).channelOption(.autoRead, value: false)
    let connecting =
      switch target {
      case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
      case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
      }
    return connecting.flatMap { outbound in
      inbound.pipeline.addHandler(Relay(to: outbound))
        .flatMap { outbound.pipeline.addHandler(Relay(to: inbound)) }
        .flatMap { inbound.setOption(.autoRead, value: true) }
        .flatMap { outbound.setOption(.autoRead, value: true) }
        .flatMapError { error in
          // The client has gone meanwhile.
          outbound.close().flatMapThrowing { throw error }
        }
    }
  }

  /// Writes to its partner what comes in, and closes it when its own channel ends.
  private final class Relay: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let partner: any Channel

    init(to partner: any Channel) {
      self.partner = partner
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      partner.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
      partner.close(promise: nil)
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }

  /// The connections that are open, unless the proxy is cut.
  private final class Connections: Sendable {
    private struct State {
      var isCut = false
      var open: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = Mutex(State())

    func add(_ channel: any Channel) -> Bool {
      state.withLock { state in
        if !state.isCut { state.open[ObjectIdentifier(channel)] = channel }
        return !state.isCut
      }
    }

    func remove(_ channel: any Channel) {
      state.withLock { $0.open[ObjectIdentifier(channel)] = nil }
    }

    func cut() -> [any Channel] {
      state.withLock { state in
        state.isCut = true
        return Array(state.open.values)
      }
    }

    func restore() {
      state.withLock { $0.isCut = false }
    }
  }
}
