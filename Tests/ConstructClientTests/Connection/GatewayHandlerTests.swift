// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing
import Wire

@testable import ConstructClient

@Suite("The client's end of a connection, with a clock of its own")
struct GatewayHandlerTests {
  /// A handler in a channel that does what the test says, when it says so.
  private final class Bench {
    let channel = EmbeddedChannel()
    let handler: GatewayHandler
    let pushes: PushQueue<GatewayPush>
    var closed: GatewayCloseReason?

    init(capacity: Int = 4) throws {
      pushes = PushQueue(capacity: capacity)
      let promise = channel.eventLoop.makePromise(of: GatewayCloseReason.self)
      handler = GatewayHandler(pushes: pushes, closeTimeout: .seconds(1), closed: promise)
      try channel.pipeline.syncOperations.addHandler(handler)
      promise.futureResult.assumeIsolated().whenSuccess { self.closed = $0 }
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    var time: EmbeddedEventLoop { channel.embeddedEventLoop }

    func welcome(outstanding: UInt64 = 2, ping: UInt64 = 1_000, frameBytes: UInt64 = 262_144) {
      handler.welcomed(
        Welcome(
          version: 1, domain: "d", serverTime: 0, maximumFrameBytes: frameBytes, maximumCiphertextBytes: 1,
          maximumOutstanding: outstanding, pingIntervalMilliseconds: ping))
    }

    /// A request whose outcome stands in the answered box.
    func request(seconds: Int64 = 10, body: [UInt8] = [0x80]) -> Outcome {
      let promise = channel.eventLoop.makePromise(of: Frame.self)
      let outcome = Outcome(promise: promise)
      promise.futureResult.assumeIsolated().whenComplete { result in
        outcome.result = result.mapError { ($0 as? RequestError) ?? .violation }
      }
      handler.submit(.init(kind: .requestKeyStatus, body: body, timeout: .seconds(seconds), promise: promise))
      return outcome
    }

    final class Outcome {
      let promise: EventLoopPromise<Frame>
      var result: Result<Frame, RequestError>?
      init(promise: EventLoopPromise<Frame>) { self.promise = promise }

      var isTimeout: Bool { if case .failure(.timeout)? = result { true } else { false } }
      var isTooBusy: Bool { if case .failure(.tooBusy)? = result { true } else { false } }
      var isTooLarge: Bool { if case .failure(.tooLarge)? = result { true } else { false } }
      var isClosed: Bool { if case .failure(.closed)? = result { true } else { false } }
      var answer: Frame? { if case .success(let frame)? = result { frame } else { nil } }
    }

    func sent() throws -> WebSocketFrame? { try channel.readOutbound(as: WebSocketFrame.self) }

    func sentFrame() throws -> Frame? {
      guard let frame = try sent() else { return nil }
      #expect(frame.opcode == .binary && frame.maskKey != nil)
      return try Frame(encoded: [UInt8](frame.data.readableBytesView))
    }

    func receive<Body: FrameBody>(_ body: Body, request: UInt64 = 0) throws {
      try receive(.binary, Frame(body, request: request).encoded())
    }

    func receive(_ opcode: WebSocketOpcode, _ bytes: [UInt8], mask: WebSocketMaskingKey? = nil) throws {
      try channel.writeInbound(
        WebSocketFrame(fin: true, opcode: opcode, maskKey: mask, data: ByteBuffer(bytes: bytes)))
    }
  }

  @Test("answers are matched by number, in whatever order they come")
  func matching() throws {
    let bench = try Bench()
    bench.welcome()
    let first = bench.request()
    let second = bench.request()
    let numbers = [try bench.sentFrame()?.request, try bench.sentFrame()?.request]
    #expect(numbers == [1, 2])
    try bench.receive(Done(), request: 2)
    #expect(first.result == nil && second.answer?.request == 2)
    try bench.receive(Done(), request: 1)
    #expect(first.answer?.request == 1)
  }

  @Test("only one request goes out before Welcome, and no more than Welcome allows after it")
  func outstanding() throws {
    let bench = try Bench()
    let requests = (0..<4).map { _ in bench.request() }
    #expect(try bench.sentFrame() != nil && bench.sentFrame() == nil)
    bench.welcome(outstanding: 2)
    #expect(try bench.sentFrame()?.request == 2 && bench.sentFrame() == nil)
    try bench.receive(Done(), request: 1)
    #expect(try bench.sentFrame()?.request == 3 && bench.sentFrame() == nil)
    #expect(requests[0].answer != nil && requests[1].result == nil)
  }

  @Test("a bounded number of requests waits; one more is refused at once")
  func waiting() throws {
    let bench = try Bench()
    let requests = (0...GatewayHandler.maximumWaiting + 1).map { _ in bench.request() }
    #expect(requests.last?.isTooBusy == true && requests.dropLast().allSatisfy { $0.result == nil })
  }

  @Test("a request without an answer times out, its late answer is dropped, and the next one goes out")
  func deadlines() throws {
    let bench = try Bench()
    let slow = bench.request(seconds: 3)
    let next = bench.request(seconds: 30)
    _ = try bench.sentFrame()
    bench.time.advanceTime(by: .seconds(3))
    #expect(slow.isTimeout)
    #expect(try bench.sentFrame()?.request == 2)
    try bench.receive(Done(), request: 1)
    #expect(next.result == nil && bench.closed == nil)
    try bench.receive(Done(), request: 2)
    #expect(next.answer != nil)
  }

  @Test("a cancelled request frees its place")
  func cancellation() throws {
    let bench = try Bench()
    let cancelled = bench.request()
    let next = bench.request()
    _ = try bench.sentFrame()
    cancelled.promise.fail(RequestError.cancelled)
    #expect(try bench.sentFrame()?.request == 2)
    try bench.receive(Done(), request: 2)
    #expect(next.answer != nil)
  }

  @Test("a frame larger than the server takes is not sent")
  func size() throws {
    let bench = try Bench()
    bench.welcome(frameBytes: 1_024)
    let large = bench.request(body: [0x81, 0x01, 0xC5, 0x08, 0x00] + [UInt8](repeating: 0, count: 2_048))
    #expect(large.isTooLarge)
    #expect(try bench.sentFrame() == nil)
  }

  @Test("three silent intervals end the connection, after pings that nobody answered; a pong keeps it")
  func silence() throws {
    let bench = try Bench()
    bench.welcome(ping: 1_000)
    bench.time.advanceTime(by: .seconds(1))
    #expect(try bench.sent()?.opcode == .ping)
    try bench.receive(.pong, [])
    bench.time.advanceTime(by: .seconds(2))
    #expect(try bench.sent()?.opcode == .ping)
    #expect(try bench.sent()?.opcode == .ping)
    bench.time.advanceTime(by: .seconds(1))
    #expect(try bench.sent()?.opcode == .connectionClose)
    bench.time.advanceTime(by: .seconds(1))
    #expect(bench.closed == .silent)
  }

  @Test("a ping is answered with its own data")
  func pings() throws {
    let bench = try Bench()
    try bench.receive(.ping, [1, 2, 3])
    let pong = try #require(try bench.sent())
    #expect(pong.opcode == .pong && pong.maskKey != nil && [UInt8](pong.data.readableBytesView) == [1, 2, 3])
  }

  @Test("what breaks the protocol closes the connection", arguments: [0, 1, 2, 3])
  func violations(_ kind: Int) throws {
    let bench = try Bench()
    let request = bench.request()
    switch kind {
    case 0: try bench.receive(.binary, [0xC1])
    case 1: try bench.receive(.text, Array("hello".utf8))
    case 2: try bench.receive(.binary, Frame(Done(), request: 1).encoded(), mask: [1, 2, 3, 4])
    default: try bench.receive(.binary, Frame(kind: FrameKind.deliver.rawValue, request: 0, body: [0x80]).encoded())
    }
    bench.time.advanceTime(by: .seconds(1))
    #expect(bench.closed == .violation && request.isClosed)
  }

  @Test("frames that this version does not know are passed over")
  func unknown() throws {
    let bench = try Bench()
    try bench.receive(.binary, Frame(kind: 0x7F, request: 0, body: [0x80]).encoded())
    try bench.receive(.binary, Frame(kind: 0x7F, request: 99, body: [0x80]).encoded())
    #expect(bench.closed == nil)
  }

  @Test("more deliveries than may wait close the connection; the mailbox keeps them")
  func overrun() throws {
    let bench = try Bench(capacity: 4)
    for _ in 0..<4 { try bench.receive(MailboxDrained(through: 0, previous: 0)) }
    #expect(bench.closed == nil)
    try bench.receive(MailboxDrained(through: 0, previous: 0))
    bench.time.advanceTime(by: .seconds(1))
    #expect(bench.closed == .violation)
  }

  @Test("a failure that answers nothing is why the connection ends")
  func lastWords() throws {
    let bench = try Bench()
    let request = bench.request()
    try bench.receive(Failure(.replaced))
    try bench.receive(.connectionClose, [])
    #expect(request.isClosed)
    guard case .failure(let failure)? = bench.closed else {
      Issue.record("not closed for the failure")
      return
    }
    #expect(failure.code == .replaced)
    #expect(bench.closed?.error.code == .replaced)
  }

  @Test("nothing is sent on a connection that is closing")
  func closing() throws {
    let bench = try Bench()
    let unanswered = bench.request()
    let unsent = bench.request()
    #expect(try bench.sentFrame() != nil && bench.sent() == nil)
    bench.handler.close(.local)
    #expect(try bench.sent()?.opcode == .connectionClose)
    #expect(bench.closed == nil && unanswered.isClosed && unsent.isClosed && bench.pushes.isFinished)
    #expect(try bench.request().isClosed && bench.sent() == nil)
    bench.time.advanceTime(by: .seconds(1))
    #expect(bench.closed == .local)
  }
}
