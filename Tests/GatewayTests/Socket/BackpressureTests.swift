// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOWebSocket
import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite("Bounds that clients and servers meet", .timeLimit(.minutes(3)))
struct BackpressureTests {
  let alice = DeviceAddress.test(1, partition: 5)
  let bob = DeviceAddress.test(2, partition: 9)

  @Test("a client that does not read is cut off at the bound, delivery is told, and others do not notice")
  func slowReader() async throws {
    try await GatewayHarness.with(configure: { $0.outboundBytes = 262_144 }) { harness in
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      let slow = try await TestClient.connect(port: harness.port, receiveBuffer: 4_096)
      try await slow.send(Hello(lowestVersion: 1, highestVersion: 1, client: "test"), request: 1)
      _ = try await slow.receive(Welcome.self)
      try await slow.send(Authenticate(accessToken: GatewayHarness.token(for: alice)), request: 2)
      _ = try await slow.receive(Ready.self)
      let connection = try await probe.attach().connection
      let other = try await TestClient.ready(port: harness.port, as: .test(1, partition: 5, device: 2))
      let otherConnection = try await probe.attach().connection
      try await slow.setReading(false)
      let deliver = Deliver(
        sequence: 1, sender: bob.account, senderDevice: .first, message: MessageID(1), acceptedAt: 1, kind: .message,
        ciphertext: [UInt8](repeating: 3, count: 90_000)[...], previous: 0)
      let frame = OutboundFrame(
        connection: connection, request: 0, kind: FrameKind.deliver.rawValue, body: deliver.encoded()[...])
      // 9 MB are more than a socket's buffers and the bound together.
      for _ in 0..<10 { try await harness.say([OutboundFrame](repeating: frame, count: 10)) }
      let detach = try await probe.detach()
      #expect(detach.connection == connection)
      try await harness.say(deliver, to: otherConnection)
      #expect(try await other.receive(Deliver.self).sequence == 1)
      try await slow.setReading(true)
      #expect(try await slow.closing() == .ended)
    }
  }

  @Test("a client that reads gets everything, however much comes at once")
  func fastReader() async throws {
    try await GatewayHarness.with { harness in
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      let client = try await TestClient.ready(port: harness.port, as: alice)
      let connection = try await probe.attach().connection
      let frames = (1...500 as ClosedRange<UInt64>).map { sequence in
        let deliver = Deliver(
          sequence: sequence, sender: bob.account, senderDevice: .first, message: MessageID(sequence), acceptedAt: 1,
          kind: .message, ciphertext: [UInt8](repeating: 3, count: 1_024)[...], previous: 0)
        return OutboundFrame(connection: connection, request: 0, kind: 0x32, body: deliver.encoded()[...])
      }
      try await harness.say(frames)
      for sequence in 1...500 as ClosedRange<UInt64> {
        #expect(try await client.receive(Deliver.self).sequence == sequence)
      }
    }
  }

  @Test("a stream that its owner does not empty makes senders wait, in order, until it does")
  func congestion() async throws {
    try await GatewayHarness.with(configure: {
      $0.appendLimits.streamLength = 5
      $0.appendLimits.lengthInterval = 0
      $0.appendLimits.retryInterval = 10
      $0.timing.hello = 200
    }) { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      let stream = StreamName.partition(Partition(of: bob.account))
      for _ in 0..<10 { try await harness.redis.send(RedisCommand("XADD", .text(stream), "*", "r", "x")) }
      // The first one finds out.
      try await client.send(Send.test(1, to: bob.account), request: 1)
      while try await length(of: stream, harness) < 11 { await Task.yield() }
      var request: UInt64 = 2
      var failure: Failure?
      while failure == nil {
        let before = try await length(of: stream, harness)
        try await client.send(Send.test(request, to: bob.account), request: request)
        // It is either taken into the stream, and then the gateway learns once more how long that is, or refused.
        while failure == nil, try await length(of: stream, harness) == before {
          try await client.send(frame: .ping, ByteBuffer())
          if case .message(let bytes) = try await client.next() { failure = try Frame(encoded: bytes).decode() }
        }
        request += 1
      }
      #expect(failure?.code == .unavailable)
      #expect(failure?.retryAfterMilliseconds == 1_000)
      let refused = request - 1
      try await harness.redis.send(RedisCommand("DEL", .text(stream)))
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: bob.account)
      var isTaken = false
      while !isTaken {
        request += 2
        // Its successor may not overtake it, whenever there is room again.
        try await client.send(all: [
          Frame(Send.test(9_999, to: bob.account), request: request).encoded(),
          Frame(Send.test(refused, to: bob.account), request: request + 1).encoded(),
        ])
        try await client.send(frame: .ping, ByteBuffer())
        while case .message = try await client.next() {}
        let length = try await length(of: stream, harness)
        // What had been taken before may come first.
        for _ in 0..<length {
          let send = try Send(encoded: await probe.send().body)
          #expect(send.message != MessageID(9_999) || isTaken)
          isTaken = isTaken || send.message == MessageID(refused)
        }
      }
    }
  }

  func length(of stream: String, _ harness: GatewayHarness) async throws -> Int64 {
    try await harness.redis.send(RedisCommand("XLEN", .text(stream))).integerValue
  }

  @Test("a socket that says nothing is closed, before and after it is a WebSocket")
  func silence() async throws {
    try await GatewayHarness.with(configure: { $0.timing.hello = 400 }) { harness in
      #expect(try await PlainClient.exchange([], port: harness.port).isEmpty)
      #expect(try await PlainClient.exchange(Array("GET /v1 HTTP/1.1\r\n".utf8), port: harness.port).isEmpty)
      let client = try await TestClient.connect(port: harness.port)
      #expect(try await client.receive(Failure.self, answering: 0).code == .idle)
      #expect(try await client.next() == .close(code: 1008))
      #expect(try await client.next() == .ended)
    }
  }

  @Test("a client that does not authenticate is closed")
  func unauthenticated() async throws {
    try await GatewayHarness.with(configure: { $0.timing.authentication = 500 }) { harness in
      let client = try await TestClient.hello(port: harness.port)
      #expect(try await client.receive(Failure.self, answering: 0).code == .notAuthenticated)
      #expect(try await client.next() == .close(code: 1008))
    }
  }

  @Test("a client that does not answer pings is left, one that does stays")
  func idle() async throws {
    try await GatewayHarness.with(configure: {
      $0.timing.ping = 100
      $0.timing.idle = 1_000
    }) { harness in
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      let silent = try await TestClient.ready(port: harness.port, as: alice)
      let connection = try await probe.attach().connection
      let live = try await TestClient.ready(port: harness.port, as: .test(1, partition: 5, device: 2))
      try await silent.setReading(false)
      #expect(try await probe.detach().connection == connection)
      var pings = 0
      while pings < 5 { if try await live.next() == .ping { pings += 1 } }
    }
  }
}
