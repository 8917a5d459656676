// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Wire

/// The listening socket, and the way from an accepted one to a WebSocket.
struct Listener: Sendable {
  let group: any EventLoopGroup
  let hub: GatewayHub
  let shards: [ShardHandle]
  let tls: NIOSSLContext?
  /// Bytes that may wait for a client to read them.
  let outboundBytes: Int

  func bind(host: String, port: Int) async throws -> any Channel {
    try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4_096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.writeBufferWaterMark, value: .init(low: outboundBytes / 2, high: outboundBytes))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try accept(channel) }
      }
      .bind(host: host, port: port)
      .get()
  }

  private func accept(_ channel: any Channel) throws {
    let address = ClientOrigin.prefix(of: channel.remoteAddress)
    guard let shard = shards.first(where: { $0.eventLoop === channel.eventLoop }), hub.enter(from: address) else {
      throw ChannelError.ioOnClosedChannel
    }
    let (connection, acceptedAt) = shard.onLoop.accept(channel)
    channel.closeFuture.whenComplete { [hub] _ in
      shard.onLoop.abandon(connection)
      hub.leave(from: address)
    }
    let pipeline = channel.pipeline.syncOperations
    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
    let upgrader = NIOWebSocketServerUpgrader(
      maxFrameSize: WireLimits.frameBytes, automaticErrorHandling: false,
      shouldUpgrade: { channel, request in
        let isPath = request.method == .GET && HTTPStageHandler.isPath(request.uri)
        return channel.eventLoop.makeSucceededFuture(isPath ? HTTPHeaders() : nil)
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          let handler = ConnectionHandler(connection: connection, shard: shard.onLoop, acceptedAt: acceptedAt)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      })
    let stage = NIOLoopBound(HTTPStageHandler(), eventLoop: channel.eventLoop)
    try pipeline.configureHTTPServerPipeline(
      withServerUpgrade: (
        upgraders: [upgrader],
        completionHandler: { context in context.pipeline.syncOperations.removeHandler(stage.value, promise: nil) }
      ))
    try pipeline.addHandler(stage.value)
  }
}
