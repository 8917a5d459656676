// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite("Where frames go and come from", .timeLimit(.minutes(3)))
struct RoutingTests {
  let alice = DeviceAddress.test(1, partition: 5)
  let bob = DeviceAddress.test(2, partition: 9)

  @Test("a request lies on its service's queue with the connection's identity, and its answer comes back")
  func request() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      try await client.send(FindAccount(username: "bob"), request: 71)
      let probe = StreamProbe(harness.stack.redisConfiguration, StreamName.keysQueue)
      let request = try ServiceRequest(encoded: await probe.record())
      #expect(request.gateway == harness.gateway.name)
      #expect(request.account == alice.account)
      #expect(request.device == alice.device)
      #expect(request.kind == FrameKind.findAccount.rawValue)
      #expect(request.origin?.count == 32)
      #expect(try FindAccount(encoded: request.body) == FindAccount(username: "bob"))
      #expect(request.deadline > systemMilliseconds())
      try await harness.say(Failure(.accountUnknown), request: request.request, to: request.connection)
      #expect(try await client.receive(Failure.self, answering: 71).code == .accountUnknown)
    }
  }

  @Test("what leads to an authentication needs none, and says so on its queue")
  func unauthenticated() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.hello(port: harness.port)
      let probe = StreamProbe(harness.stack.redisConfiguration, StreamName.authQueue)
      for kind in [FrameKind.requestRegistration, .register, .requestLogin, .login, .refreshTokens] {
        try await client.send(bytes: SampleFrames.frame(kind, request: kind.rawValue).encoded())
        let request = try ServiceRequest(encoded: await probe.record())
        #expect(request.kind == kind.rawValue)
        #expect(request.account == nil)
        #expect(request.device == nil)
        try await harness.say(Done(), request: request.request, to: request.connection)
        _ = try await client.receive(Done.self, answering: kind.rawValue)
      }
    }
  }

  @Test("push tokens go to the push relay's queue")
  func push() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      try await client.send(RegisterPush(provider: .fcm, token: [1]), request: 4)
      let probe = StreamProbe(harness.stack.redisConfiguration, StreamName.pushQueue)
      #expect(try ServiceRequest(encoded: await probe.record()).kind == FrameKind.registerPush.rawValue)
    }
  }

  @Test("nobody answers: the request times out")
  func timeout() async throws {
    try await GatewayHarness.with(configure: { $0.timing.request = 80 }) { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      try await client.send(FindAccount(username: "bob"), request: 6)
      #expect(try await client.receive(Failure.self, answering: 6).code == .timeout)
      try await client.send(Send.test(1), request: 7)
      #expect(try await client.receive(Failure.self, answering: 7).code == .timeout)
    }
  }

  @Test("the 65th request without an answer is refused")
  func tooManyOutstanding() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      try await client.send(all: (100..<165).map { Frame(FindAccount(username: "bob"), request: $0).encoded() })
      #expect(try await client.receive(Failure.self, answering: 164).code == .tooManyOutstanding)
    }
  }

  @Test("attaching, acknowledging and leaving are told to the device's own partition, in that order")
  func ownPartition() async throws {
    try await GatewayHarness.with { harness in
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      let client = try await TestClient.hello(port: harness.port)
      try await client.send(Authenticate(accessToken: GatewayHarness.token(for: alice)), request: 2)
      _ = try await client.receive(Ready.self, answering: 2)
      let attach = try #require(try await probe.command().attach)
      #expect(await probe.gateway == harness.gateway.name)
      try await client.send(Acknowledge(ranges: [SequenceRange(first: 4, last: 4)]))
      let acknowledge = try #require(try await probe.command().acknowledge)
      #expect(acknowledge.account == alice.account)
      #expect(acknowledge.device == alice.device)
      try await client.cut()
      let detach = try #require(try await probe.command().detach)
      #expect(detach.connection == attach.connection)
      #expect(detach.account == alice.account)
    }
  }

  @Test("messages lie in the recipient's partition with the sender's identity, and their answers come back")
  func send() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: bob.account)
      try await client.send(Send.test(1, to: bob.account), request: 30)
      let send = try await probe.send()
      #expect(send.sender == alice.account)
      #expect(send.senderDevice == alice.device)
      #expect(try Send(encoded: send.body) == Send.test(1, to: bob.account))
      let accepted = Accepted(message: MessageID(1), acceptedAt: 77)
      try await harness.say(accepted, request: send.request, to: send.connection)
      #expect(try await client.receive(Accepted.self, answering: 30) == accepted)
    }
  }

  @Test("a thousand messages, 64 under way at a time, keep their order")
  func order() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: bob.account)
      try await client.send(all: (1...64).map { Frame(Send.test($0, to: bob.account), request: $0).encoded() })
      var next: UInt64 = 65
      for number in 1...1_000 as ClosedRange<UInt64> {
        let send = try await probe.send()
        #expect(try Send(encoded: send.body).message == MessageID(number))
        try await harness.say(
          Accepted(message: MessageID(number), acceptedAt: 1), request: send.request, to: send.connection)
        guard next <= 1_000 else { continue }
        #expect(try await client.receive(Accepted.self).message == MessageID(number))
        try await client.send(Send.test(next, to: bob.account), request: next)
        next += 1
      }
    }
  }

  @Test("deliveries reach the connection that they are for, and no other")
  func delivery() async throws {
    try await GatewayHarness.with { harness in
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      var clients: [TestClient] = []
      var connections: [UInt64] = []
      for device in 1...4 as ClosedRange<UInt32> {
        clients.append(try await TestClient.ready(port: harness.port, as: .test(1, partition: 5, device: device)))
        connections.append(try await probe.attach().connection)
      }
      #expect(connections == connections.sorted())
      #expect(Set(connections).count == 4)
      func deliver(_ sequence: UInt64, to connection: UInt64) -> OutboundFrame {
        let body = Deliver(
          sequence: sequence, sender: bob.account, senderDevice: .first, message: MessageID(sequence), acceptedAt: 1,
          kind: .message, ciphertext: [1], previous: sequence > 0 ? sequence - 1 : 0)
        return OutboundFrame(connection: connection, request: 0, kind: 0x32, body: body.encoded()[...])
      }
      let frames = (0..<40).map { deliver(UInt64($0), to: connections[$0 % 4]) }
      try await harness.say([deliver(99, to: 12_345)] + frames)
      for round in 0..<10 {
        for (index, client) in clients.enumerated() {
          #expect(try await client.receive(Deliver.self, answering: 0).sequence == UInt64(round * 4 + index))
        }
      }
    }
  }

  @Test("a device that has connected elsewhere is told so and closed")
  func replaced() async throws {
    try await GatewayHarness.with { harness in
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      let client = try await TestClient.ready(port: harness.port, as: alice)
      let connection = try await probe.attach().connection
      try await harness.say(Failure(.replaced), to: connection)
      #expect(try await client.receive(Failure.self, answering: 0).code == .replaced)
      #expect(try await client.next() == .close(code: 1008))
      #expect(try await probe.detach().connection == connection)
    }
  }

  @Test("a partition's new owner that asks who is there is told of all its devices, and of no others")
  func attachmentsWanted() async throws {
    try await GatewayHarness.with { harness in
      let mine = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      let other = PartitionProbe(harness.stack.redisConfiguration, of: bob.account)
      var clients: [TestClient] = []
      for device in 1...3 as ClosedRange<UInt32> {
        clients.append(try await TestClient.ready(port: harness.port, as: .test(1, partition: 5, device: device)))
        _ = try await mine.attach()
      }
      clients.append(try await TestClient.ready(port: harness.port, as: bob))
      _ = try await other.attach()
      let wanted = GatewayEvents(frames: [], attachmentsWanted: [5, 63])
      _ = try await GatewayEventWriter(redis: harness.redis).send([(harness.gateway.name, wanted)])
      var devices: Set<UInt32> = []
      for _ in 0..<3 { devices.insert(try await mine.attach().device.number) }
      #expect(devices == [1, 2, 3])
      try await clients[3].cut()
      #expect(try await other.command().detach?.account == bob.account, "bob was not announced again")
    }
  }

  @Test("the gateway is known in Redis, with a lease that is renewed and a stream that will be forgotten")
  func membership() async throws {
    let before = systemMilliseconds()
    try await GatewayHarness.with { harness in
      let score = try await harness.redis.send(
        RedisCommand("ZSCORE", .text(StreamName.gateways), .text(harness.gateway.name)))
      let expiry = try #require(Double(try score.textValue))
      #expect((Double(before + 5_000)...Double(systemMilliseconds() + 5_000)).contains(expiry))
      let life = try await harness.redis.send(
        RedisCommand("PTTL", .text(StreamName.gateway(harness.gateway.name)))
      ).integerValue
      let elapsed = Int64(systemMilliseconds() - before)
      #expect((60_000 - elapsed...60_000).contains(life))
      // Renewed, and trimmed as far as it was read.
      try await harness.say(Done(), request: 1, to: 1)
      var length: Int64 = 9
      var renewed = expiry
      while length > 0 || renewed <= expiry {
        length = try await harness.redis.send(
          RedisCommand("XLEN", .text(StreamName.gateway(harness.gateway.name)))
        ).integerValue
        let score = try await harness.redis.send(
          RedisCommand("ZSCORE", .text(StreamName.gateways), .text(harness.gateway.name)))
        renewed = Double(try score.textValue) ?? 0
      }
    }
  }
}
