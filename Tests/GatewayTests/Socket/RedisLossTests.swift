// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOWebSocket
import Redis
import ServiceKit
import ServiceLifecycle
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite("A Redis that goes away, forgets, and comes back", .timeLimit(.minutes(3)))
struct RedisLossTests {
  let alice = DeviceAddress.test(1, partition: 5)
  let bob = DeviceAddress.test(2, partition: 9)

  /// A gateway on a Redis of its own.
  func with(
    _ redis: OwnRedis, _ stack: TestStack, _ body: @escaping @Sendable (Gateway, Int) async throws -> Void
  ) async throws {
    let base = try stack.context("gateway")
    let configuration = try redis.configuration()
    let client = RedisClient(configuration)
    let context = ServiceContext(
      name: "gateway", configuration: base.configuration, domain: base.domain, logger: base.logger,
      postgres: base.postgres, redis: client, redisConfiguration: configuration)
    let gateway = try await GatewayHarness.make(context)
    try await stack.run([gateway]) { try await body(gateway, try await gateway.listeningPort()) }
    await client.shutdown()
  }

  @Test("outstanding requests fail as retryable, devices are announced again, and everything goes on")
  func killed() async throws {
    let redis = try OwnRedis()
    try await redis.start()
    nonisolated(unsafe) let server = redis  // Used by the one body below, which is awaited.
    let configuration = try redis.configuration()
    try await TestStack.with { stack in
      try await with(redis, stack) { gateway, port in
        let client = try await TestClient.ready(port: port, as: alice)
        let other = try await TestClient.ready(port: port, as: bob)
        try await client.send(all: [
          Frame(Send.test(1, to: bob.account), request: 11).encoded(),
          Frame(Send.test(2, to: bob.account), request: 12).encoded(),
          Frame(FindAccount(username: "bob"), request: 13).encoded(),
        ])
        _ = try await PartitionProbe(configuration, of: bob.account).send()
        try server.kill()
        for request in 11...13 as ClosedRange<UInt64> {
          let failure = try await client.receive(Failure.self, answering: request)
          #expect(failure.code == .unavailable)
          #expect(failure.retryAfterMilliseconds != nil)
        }
        // While it is away, everything is refused at once and nobody is thrown out.
        try await client.send(Send.test(1, to: bob.account), request: 14)
        #expect(try await client.receive(Failure.self, answering: 14).code == .unavailable)
        try await server.start()
        let probe = PartitionProbe(configuration, of: alice.account)
        #expect(try await probe.attach().account == alice.account)
        #expect(try await PartitionProbe(configuration, of: bob.account).attach().account == bob.account)
        try await resend(client, 1, to: bob.account)
        try await resend(client, 2, to: bob.account)
        let sends = PartitionProbe(configuration, of: bob.account)
        let first = try await sends.send()
        #expect(try Send(encoded: first.body).message == MessageID(1))
        #expect(try Send(encoded: await sends.send().body).message == MessageID(2))
        let writer = RedisClient(configuration)
        let accepted = OutboundFrame(
          connection: first.connection, request: first.request, kind: FrameKind.accepted.rawValue,
          body: Accepted(message: MessageID(1), acceptedAt: 1).encoded()[...])
        #expect(try await GatewayEventWriter(redis: writer).send([accepted], to: gateway.name) == .appended)
        #expect(try await client.receive(Accepted.self).message == MessageID(1))
        await writer.shutdown()
        _ = other
      }
    }
  }

  /// Repeats a message until it is taken, which no answer shows at once: a ping that comes back before a failure does.
  func resend(_ client: TestClient, _ number: UInt64, to account: AccountID) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    var attempt: UInt64 = 0
    while ContinuousClock.now < deadline {
      attempt += 1
      try await client.send(Send.test(number, to: account), request: 1_000_000 * number + attempt)
      try await client.send(frame: .ping, ByteBuffer())
      var event = try await client.next()
      while event == .ping { event = try await client.next() }
      if event == .pong { return }
      while try await client.next() != .pong {}
    }
    throw TestSupportError("the message was never taken")
  }

  @Test("a Redis that forgets everything without a word is noticed")
  func flushed() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      let before = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      _ = try await before.attach()
      try await client.send(FindAccount(username: "bob"), request: 5)
      _ = try await StreamProbe(harness.stack.redisConfiguration, StreamName.keysQueue).record()
      try await harness.stack.flushRedis()
      #expect(try await client.receive(Failure.self, answering: 5).code == .unavailable)
      let after = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      #expect(try await after.attach().account == alice.account)
      let known = try await harness.redis.send(
        RedisCommand("ZSCORE", .text(StreamName.gateways), .text(harness.gateway.name)))
      #expect(known != .null)
    }
  }

  @Test("connections that Redis closes are made again, and devices that left meanwhile are not believed in")
  func connectionsKilled() async throws {
    try await GatewayHarness.with { harness in
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      let client = try await TestClient.ready(port: harness.port, as: alice)
      let leaving = try await TestClient.ready(port: harness.port, as: .test(1, partition: 5, device: 2))
      let connections = [try await probe.attach().connection, try await probe.attach().connection]
      try await harness.stack.killRedisConnections()
      try await leaving.cut()
      let fresh = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      var attached: Set<UInt64> = []
      while attached != [connections[0]] {
        let command = try await fresh.command()
        if let attach = command.attach { attached.insert(attach.connection) }
        if let detach = command.detach { attached.remove(detach.connection) }
      }
      _ = client
    }
  }

  @Test("a gateway that was given up in the meantime announces its devices again")
  func lapsed() async throws {
    // Shorter than a renewal takes, as if the process had been stopped for longer than its lease.
    try await GatewayHarness.with(configure: { $0.leaseMilliseconds = 1 }) { harness in
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: alice.account)
      let client = try await TestClient.ready(port: harness.port, as: alice)
      let first = try await probe.attach()
      #expect(try await probe.attach() == first)
      try await client.send(frame: .ping, ByteBuffer())
      #expect(try await client.next() == .pong)
    }
  }

  @Test("what Redis refuses is refused to the client")
  func refused() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.ready(port: harness.port, as: alice)
      // A key of another type stands where the stream should be.
      let stream = StreamName.partition(Partition(of: bob.account))
      try await harness.redis.send(RedisCommand("SET", .text(stream), "x"))
      try await client.send(all: [
        Frame(Send.test(1, to: bob.account), request: 5).encoded(),
        Frame(Send.test(2, to: bob.account), request: 6).encoded(),
      ])
      #expect(try await client.receive(Failure.self, answering: 5).code == .unavailable)
      #expect(try await client.receive(Failure.self, answering: 6).code == .unavailable)
      try await harness.redis.send(RedisCommand("DEL", .text(stream)))
      try await client.send(Send.test(1, to: bob.account), request: 7)
      let probe = PartitionProbe(harness.stack.redisConfiguration, of: bob.account)
      #expect(try Send(encoded: await probe.send().body).message == MessageID(1))
    }
  }
}
