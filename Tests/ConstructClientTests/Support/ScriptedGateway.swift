// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization
import Wire

/// A WebSocket server on the loopback that plays what a test tells it to, for each connection anew.
struct ScriptedGateway: Sendable {
  typealias Script = @Sendable (ServerSide) async throws -> Void

  let port: Int
  private let channel: NIOAsyncChannel<EventLoopFuture<ServerSide?>, Never>

  /// Runs `body` with a server that plays `script` for every connection; all of it is over when `body` returns. Without
  /// `saysGoodbye` it leaves a client's close unanswered.
  @discardableResult
  static func run<Result: Sendable>(
    tls: NIOSSLContext? = nil, saysGoodbye: Bool = true, script: @escaping Script,
    body: @Sendable (ScriptedGateway) async throws -> Result
  ) async throws -> Result {
    let gateway = try await ScriptedGateway(tls: tls, saysGoodbye: saysGoodbye)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await gateway.serve(script) }
      let result = try await body(gateway)
      group.cancelAll()
      return result
    }
  }

  var address: String { "ws://127.0.0.1:\(port)" }

  private init(tls: NIOSSLContext?, saysGoodbye: Bool) async throws {
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          let upgrader = NIOTypedWebSocketServerUpgrader<ServerSide?>(
            maxFrameSize: 1 << 20,
            shouldUpgrade: { channel, head in
              channel.eventLoop.makeSucceededFuture(head.uri == "/v1" ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, _ in
              channel.eventLoop.makeCompletedFuture { try ServerSide(channel, saysGoodbye: saysGoodbye) }
            })
          let configuration = NIOTypedHTTPServerUpgradeConfiguration<ServerSide?>(
            upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in channel.close().map { nil } })
          return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: .init(upgradeConfiguration: configuration))
        }
      }
    port = channel.channel.localAddress?.port ?? 0
  }

  private func serve(_ script: @escaping Script) async throws {
    try await channel.executeThenClose { inbound in
      try await withThrowingDiscardingTaskGroup { group in
        for try await upgrade in inbound {
          group.addTask {
            // A client that goes away, or never upgrades, is part of many scripts.
            do { if let side = try await upgrade.get() { try await side.run(script) } } catch {}
          }
        }
      }
    }
  }
}

/// The server's end of one connection.
final class ServerSide: Sendable {
  private let channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
  private let outbound = Mutex<NIOAsyncChannelOutboundWriter<WebSocketFrame>?>(nil)
  private let received = AsyncStream.makeStream(of: Frame.self)
  private let saysGoodbye: Bool

  init(_ channel: any Channel, saysGoodbye: Bool) throws {
    self.saysGoodbye = saysGoodbye
    self.channel = try NIOAsyncChannel(wrappingChannelSynchronously: channel)
  }

  fileprivate func run(_ script: @escaping ScriptedGateway.Script) async throws {
    try await channel.executeThenClose { inbound, outbound in
      self.outbound.withLock { $0 = outbound }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { self.received.continuation.finish() }
          for try await frame in inbound {
            switch frame.opcode {
            case .binary:
              self.received.continuation.yield(try Frame(encoded: [UInt8](frame.unmaskedData.readableBytesView)))
            case .ping: try await self.send(opcode: .pong, [UInt8](frame.unmaskedData.readableBytesView))
            case .connectionClose where self.saysGoodbye: return try await self.send(opcode: .connectionClose, [])
            default: break
            }
          }
        }
        group.addTask { try await script(self) }
        // The script's end closes the connection, and so does the client's.
        try await group.next()
        group.cancelAll()
      }
    }
  }

  /// The next frame of the client; throws when there is none any more.
  func next() async throws -> Frame {
    for await frame in received.stream { return frame }
    throw Gone()
  }

  struct Gone: Error {}

  func next<Body: FrameBody>(_ type: Body.Type) async throws -> (body: Body, request: UInt64) {
    let frame = try await next()
    return (try frame.decode(type), frame.request)
  }

  func send<Body: FrameBody>(_ body: Body, request: UInt64 = 0) async throws {
    try await send(Frame(body, request: request))
  }

  func send(_ frame: Frame) async throws { try await send(opcode: .binary, frame.encoded()) }

  func send(opcode: WebSocketOpcode, _ bytes: [UInt8]) async throws {
    guard let outbound = outbound.withLock({ $0 }) else { throw Gone() }
    try await outbound.write(WebSocketFrame(fin: true, opcode: opcode, data: ByteBuffer(bytes: bytes)))
  }

  /// Ends the connection without a word.
  func drop() async throws { try await channel.channel.close() }

  /// Waits until the client is gone.
  func wait() async {
    for await _ in received.stream {}
  }

  /// Answers the client's greeting.
  @discardableResult
  func welcome(
    domain: String = "construct.test", outstanding: UInt64 = 64, ping: UInt64 = 20_000, serverTime: UInt64 = 0
  ) async throws -> Hello {
    let (hello, request) = try await next(Hello.self)
    let welcome = Welcome(
      version: 1, domain: domain, serverTime: serverTime, maximumFrameBytes: 262_144, maximumCiphertextBytes: 98_304,
      maximumOutstanding: outstanding, pingIntervalMilliseconds: ping)
    try await send(welcome, request: request)
    return hello
  }
}
