// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization
import Wire

extension GatewayLink {
  /// TCP, TLS where the address asks for it, and the WebSocket upgrade, all within `timeouts.connect`.
  static func connect(
    _ endpoint: GatewayEndpoint, security: TransportSecurity, timeouts: GatewayTimeouts
  ) async throws(ClientError) -> GatewayLink {
    let context: NIOSSLContext? = endpoint.isSecure ? try security.makeContext() : nil
    let attempt = ConnectAttempt()
    let result: Result<GatewayLink, any Error> = await withTaskCancellationHandler {
      do {
        let upgrade = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .connectTimeout(TimeAmount(timeouts.connect))
          .channelOption(.tcpOption(.tcp_nodelay), value: 1)
          .connect(host: endpoint.host, port: endpoint.port) { channel in
            channel.eventLoop.makeCompletedFuture {
              attempt.began(channel, timeout: TimeAmount(timeouts.connect))
              if let context {
                try channel.pipeline.syncOperations.addHandler(endpoint.makeTLSHandler(context: context))
              }
              return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                configuration: .init(upgradeConfiguration: upgradeConfiguration(endpoint, timeouts)))
            }
          }
        guard let link = try await upgrade.get() else { return .failure(ClientError(.protocolViolation)) }
        attempt.succeeded()
        return .success(link)
      } catch {
        return .failure(error)
      }
    } onCancel: {
      attempt.cancel()
    }
    switch result {
    case .success(let link): return link
    case .failure(let error): throw classify(error)
    }
  }

  private static func upgradeConfiguration(
    _ endpoint: GatewayEndpoint, _ timeouts: GatewayTimeouts
  ) -> NIOTypedHTTPClientUpgradeConfiguration<GatewayLink?> {
    let upgrader = NIOTypedWebSocketClientUpgrader<GatewayLink?>(
      maxFrameSize: WireLimits.frameBytes
    ) { channel, _ in
      channel.eventLoop.makeCompletedFuture { try GatewayLink(upgraded: channel, timeouts: timeouts) }
    }
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: endpoint.path, headers: ["Host": endpoint.authority])
    return NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
      channel.close().map { nil }
    }
  }

  /// On the channel's event loop, after the upgrade.
  init(upgraded channel: any Channel, timeouts: GatewayTimeouts) throws {
    let pushes = PushQueue<GatewayPush>(capacity: GatewayConnection.pushCapacity)
    let closed = channel.eventLoop.makePromise(of: GatewayCloseReason.self)
    let handler = GatewayHandler(pushes: pushes, closeTimeout: TimeAmount(timeouts.close), closed: closed)
    try channel.pipeline.syncOperations.addHandlers([
      NIOWebSocketFrameAggregator(
        minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 64, maxAccumulatedFrameSize: WireLimits.frameBytes),
      handler,
    ])
    self.init(
      channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop), pushes: pushes,
      closed: closed.futureResult)
  }

  private static func classify(_ error: any Error) -> ClientError {
    switch error {
    case let error as ClientError: error
    case let error as NIOSSLError:
      if case .handshakeFailed = error {
        ClientError(.certificateInvalid, cause: error)
      } else {
        ClientError(.serverUnreachable, cause: error)
      }
    case let error as NIOSSLExtraError: ClientError(.certificateInvalid, cause: error)
    default: ClientError(.serverUnreachable, cause: error)
    }
  }
}

/// The channels of an attempt that may be cancelled, or take too long, before its upgrade is done: one for each address
/// of the name.
private final class ConnectAttempt: Sendable {
  private struct State {
    var channels: [(channel: any Channel, deadline: Scheduled<Void>)] = []
    var isOver = false
  }

  private let state = Mutex(State())

  func began(_ channel: any Channel, timeout: TimeAmount) {
    let deadline = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
    let isOver = state.withLock { state in
      state.channels.append((channel, deadline))
      return state.isOver
    }
    if isOver { channel.close(promise: nil) }
  }

  func succeeded() {
    for (_, deadline) in state.withLock({ $0.channels }) { deadline.cancel() }
  }

  func cancel() {
    let channels = state.withLock { state in
      state.isOver = true
      return state.channels
    }
    for (channel, _) in channels { channel.close(promise: nil) }
  }
}
