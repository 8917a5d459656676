// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Wire

/// A WebSocket client that does what a test tells it to, proper or not.
final class TestClient: Sendable {
  enum Event: Equatable, Sendable {
    case message([UInt8])
    case ping, pong
    case close(code: UInt16?)
    /// The socket has ended.
    case ended
    /// Nothing came in time.
    case timedOut
  }

  struct Unexpected: Error, CustomStringConvertible {
    let event: Event
    var description: String { "the gateway did not say what was expected, but \(event)" }
  }

  private let channel: any Channel
  private let events: AsyncStream<Event>
  private let continuation: AsyncStream<Event>.Continuation

  private init(
    _ channel: any Channel, _ events: AsyncStream<Event>, _ continuation: AsyncStream<Event>.Continuation
  ) {
    self.channel = channel
    self.events = events
    self.continuation = continuation
  }

  /// Connects and upgrades.
  /// - Parameters:
  ///   - receiveBuffer: the kernel's, in bytes; nil for its own choice.
  ///   - source: the address to come from; nil for the system's choice.
  static func connect(
    port: Int, path: String = "/v1", tls: NIOSSLContext? = nil, receiveBuffer: Int? = nil, from source: String? = nil
  ) async throws -> TestClient {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
    if let source { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: source, port: 0)) }
    if let receiveBuffer {
      bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: numericCast(receiveBuffer))
    }
    let upgrade: EventLoopFuture<any Channel> = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
      channel.eventLoop.makeCompletedFuture {
        if let tls {
          try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
        }
        return try Self.upgrade(channel, path: path, continuation)
      }
    }
    return TestClient(try await upgrade.get(), events, continuation)
  }

  private static func upgrade(
    _ channel: any Channel, path: String, _ continuation: AsyncStream<Event>.Continuation
  ) throws -> EventLoopFuture<any Channel> {
    let upgrader = NIOTypedWebSocketClientUpgrader<any Channel>(
      maxFrameSize: 1 << 24, enableAutomaticErrorHandling: false
    ) { channel, _ in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(TestClientHandler(continuation))
        return channel
      }
    }
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: path, headers: ["Host": "localhost", "Content-Length": "0"])
    let configuration = NIOTypedHTTPClientUpgradeConfiguration<any Channel>(
      upgradeRequestHead: head, upgraders: [upgrader]
    ) { channel in
      channel.close(promise: nil)
      return channel.eventLoop.makeFailedFuture(Unexpected(event: .ended))
    }
    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
      configuration: .init(upgradeConfiguration: configuration))
  }

  /// Says hello and takes the welcome.
  static func hello(port: Int) async throws -> TestClient {
    let client = try await connect(port: port)
    try await client.send(Hello(lowestVersion: 1, highestVersion: 1, client: "test"), request: 1)
    _ = try await client.receive(Welcome.self)
    return client
  }

  /// Says hello and authenticates.
  static func ready(port: Int, as address: DeviceAddress) async throws -> TestClient {
    let client = try await hello(port: port)
    try await client.send(Authenticate(accessToken: GatewayHarness.token(for: address)), request: 2)
    _ = try await client.receive(Ready.self)
    return client
  }

  func send(_ body: some FrameBody, request: UInt64 = 0) async throws {
    try await send(bytes: Frame(body, request: request).encoded())
  }

  func send(bytes: [UInt8]) async throws {
    try await send(frame: .binary, ByteBuffer(bytes: bytes))
  }

  func send(frame opcode: WebSocketOpcode, _ data: ByteBuffer, isLast: Bool = true, isMasked: Bool = true) async throws
  {
    let frame = WebSocketFrame(
      fin: isLast, opcode: opcode, maskKey: isMasked ? .random() : nil, data: data)
    try await channel.writeAndFlush(frame)
  }

  /// Sends several frames in one write.
  func send(all messages: [[UInt8]]) async throws {
    try await channel.eventLoop.flatSubmit { [channel] in
      let sent = messages.map {
        channel.write(WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: ByteBuffer(bytes: $0)))
      }
      channel.flush()
      return EventLoopFuture.andAllSucceed(sent, on: channel.eventLoop)
    }.get()
  }

  /// Stops or resumes taking bytes from the socket.
  func setReading(_ isReading: Bool) async throws {
    try await channel.setOption(.autoRead, value: isReading).get()
  }

  /// Ends the socket without a word.
  func cut() async throws {
    try await channel.close()
  }

  /// What happens next.
  func next(within time: TimeAmount = .seconds(60)) async throws -> Event {
    let alarm = channel.eventLoop.scheduleTask(in: time) { [continuation] in
      continuation.yield(.timedOut)
      return ()
    }
    var iterator = events.makeAsyncIterator()
    let event = await iterator.next() ?? .ended
    alarm.cancel()
    if event == .timedOut { throw Unexpected(event: event) }
    return event
  }

  /// The next frame; pings are passed over.
  func frame() async throws -> Frame {
    while true {
      switch try await next() {
      case .message(let bytes): return try Frame(encoded: bytes)
      case .ping, .pong: continue
      case let event: throw Unexpected(event: event)
      }
    }
  }

  /// The next frame as the record that it should be.
  func receive<Body: FrameBody>(_ type: Body.Type = Body.self, answering request: UInt64? = nil) async throws -> Body {
    let frame = try await frame()
    guard frame.kind == Body.kind.rawValue, request == nil || frame.request == request else {
      throw Unexpected(event: .message(frame.encoded()))
    }
    return try frame.decode()
  }

  /// Whatever comes up to the close frame or the end of the socket; frames are dropped.
  func closing() async throws -> Event {
    while true {
      switch try await next() {
      case .message, .ping, .pong: continue
      case let event: return event
      }
    }
  }
}

/// Turns what comes into events, and answers pings.
private final class TestClientHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let continuation: AsyncStream<TestClient.Event>.Continuation

  init(_ continuation: AsyncStream<TestClient.Event>.Continuation) {
    self.continuation = continuation
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .binary: continuation.yield(.message(Array(frame.unmaskedData.readableBytesView)))
    case .ping:
      continuation.yield(.ping)
      let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)
      context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
    case .pong: continuation.yield(.pong)
    case .connectionClose:
      var data = frame.unmaskedData
      continuation.yield(.close(code: data.readInteger()))
      let answer = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: frame.unmaskedData)
      context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    default: context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    continuation.yield(.ended)
    continuation.finish()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
