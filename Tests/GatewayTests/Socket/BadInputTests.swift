// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOWebSocket
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite("Bad input at the socket", .timeLimit(.minutes(3)))
struct BadInputTests {
  let alice = DeviceAddress.test(1)

  @Test("is refused with its code, and the connection goes on where it can")
  func goesOn() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.hello(port: harness.port)
      let cases: [([UInt8], FailureCode)] = [
        (Frame(kind: 0x7777, request: 20, body: [0x80]).encoded(), .unknownFrame),
        (Frame(Done(), request: 20).encoded(), .unknownFrame),
        (Frame(Hello(lowestVersion: 1, highestVersion: 1, client: "x"), request: 20).encoded(), .unexpectedFrame),
        (Frame(Send.test(1), request: 20).encoded(), .notAuthenticated),
        (Frame(Acknowledge(ranges: []), request: 20).encoded(), .notAuthenticated),
        (Frame(FindAccount(username: "bob"), request: 20).encoded(), .notAuthenticated),
        (Frame(kind: FrameKind.authenticate.rawValue, request: 20, body: [0x90]).encoded(), .malformedFrame),
        (Frame(Authenticate(accessToken: "not a token"), request: 20).encoded(), .tokenInvalid),
      ]
      for (bytes, code) in cases {
        try await client.send(bytes: bytes)
        #expect(try await client.receive(Failure.self, answering: 20).code == code)
      }
      try await client.send(
        Authenticate(accessToken: GatewayHarness.token(for: alice)), request: 21)
      _ = try await client.receive(Ready.self, answering: 21)
      try await client.send(
        bytes: Frame(kind: FrameKind.send.rawValue, request: 22, body: [0x81, 0x01, 0xC0]).encoded())
      #expect(try await client.receive(Failure.self, answering: 22).code == .malformedFrame)
      // The failed ones have left no trace: the stream begins with the attachment.
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      #expect(try await probe.command().attach?.account == alice.account)
    }
  }

  /// Messages that are no frames.
  enum Unreadable: CaseIterable {
    case empty, reserved, truncated, deepArrays, deepMaps, hugeCount

    var bytes: [UInt8] {
      let head: [UInt8] = [0x83, 0x01, 0x30, 0x02, 0x01, 0x03]
      return switch self {
      case .empty: []
      case .reserved: [0xC1, 0xC1]
      case .truncated: Frame(Send.test(1), request: 3).encoded().dropLast(3)
      case .deepArrays: head + [UInt8](repeating: 0x91, count: 10_000)
      case .deepMaps: head + [UInt8](repeating: 0x81, count: 200_000)
      case .hugeCount: head + [0xDF, 0xFF, 0xFF, 0xFF, 0xFF]
      }
    }
  }

  @Test("that cannot be read ends the connection with a code", arguments: Unreadable.allCases)
  func unreadable(input: Unreadable) async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      try await client.send(bytes: input.bytes)
      #expect(try await client.receive(Failure.self, answering: 0).code == .malformedFrame)
      #expect(try await client.next() == .close(code: 1007))
      #expect(try await client.next() == .ended)
    }
  }

  @Test("that is too large ends the connection with a code, in one frame or in many")
  func tooLarge() async throws {
    try await GatewayHarness.with { harness in
      let single = try await TestClient.ready(port: harness.port, as: alice)
      try await single.send(bytes: [UInt8](repeating: 0, count: WireLimits.frameBytes + 1))
      #expect(try await single.receive(Failure.self, answering: 0).code == .frameTooLarge)
      #expect(try await single.next() == .close(code: 1009))

      let fragments = try await TestClient.ready(port: harness.port, as: alice)
      let part = ByteBuffer(repeating: 0, count: 100_000)
      try await fragments.send(frame: .binary, part, isLast: false)
      try await fragments.send(frame: .continuation, part, isLast: false)
      try await fragments.send(frame: .continuation, part, isLast: true)
      #expect(try await fragments.receive(Failure.self, answering: 0).code == .frameTooLarge)
      #expect(try await fragments.next() == .close(code: 1009))
      #expect(try await fragments.next() == .ended)
    }
  }

  @Test("a message of the largest size is taken, in one frame or in many")
  func largest() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      let envelopes = (1...2).compactMap { DeviceID($0) }.map {
        Envelope(device: $0, kind: .message, ciphertext: [UInt8](repeating: 9, count: 98_304)[...])
      }
      var message = Send.test(1)
      message.envelopes = envelopes
      let bytes = Frame(message, request: 5).encoded()
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: message.recipient)
      try await client.send(bytes: bytes)
      #expect(try await Send(encoded: probe.send().body) == message)
      message.message = MessageID(2)
      let again = Frame(message, request: 6).encoded()
      try await client.send(frame: .binary, ByteBuffer(bytes: again[..<70_000]), isLast: false)
      try await client.send(frame: .ping, ByteBuffer())
      try await client.send(frame: .continuation, ByteBuffer(bytes: again[70_000...]))
      #expect(try await Send(encoded: probe.send().body) == message)
    }
  }

  @Test("text, and what breaks WebSocket's rules, ends the connection with a code")
  func transport() async throws {
    try await GatewayHarness.with { harness in
      let text = try await TestClient.hello(port: harness.port)
      try await text.send(frame: .text, ByteBuffer(string: "{}"))
      #expect(try await text.receive(Failure.self, answering: 0).code == .malformedFrame)
      #expect(try await text.next() == .close(code: 1003))

      let unmasked = try await TestClient.hello(port: harness.port)
      try await unmasked.send(frame: .binary, ByteBuffer(bytes: [1]), isMasked: false)
      #expect(try await unmasked.receive(Failure.self, answering: 0).code == .malformedFrame)
      #expect(try await unmasked.next() == .close(code: 1002))

      let control = try await TestClient.hello(port: harness.port)
      try await control.send(frame: .ping, ByteBuffer(repeating: 1, count: 126))
      #expect(try await control.receive(Failure.self, answering: 0).code == .malformedFrame)
      #expect(try await control.next() == .close(code: 1002))
    }
  }

  @Test("random bytes as messages never take the gateway down")
  func random() async throws {
    try await GatewayHarness.with { harness in
      var random = SeededGenerator(seed: 7)
      for _ in 0..<60 {
        let client = try await TestClient.connect(port: harness.port)
        var bytes = SampleFrames.frame(FrameKind.allCases.randomElement(using: &random) ?? .send, request: 1).encoded()
        for _ in 0..<4 {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        // The gateway may have closed before the second was written.
        do { try await client.send(all: [bytes, bytes.reversed()]) } catch is ChannelError {}
        do { try await client.cut() } catch ChannelError.alreadyClosed {}
      }
      _ = try await TestClient.ready(port: harness.port, as: alice)
      #expect(!harness.stack.log.contains("critical"))
    }
  }
}
