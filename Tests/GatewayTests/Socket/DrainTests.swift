// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Redis
import ServiceKit
import ServiceLifecycle
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite("A gateway that is asked to end", .timeLimit(.minutes(3)))
struct DrainTests {
  let alice = DeviceAddress.test(1, partition: 5)
  let bob = DeviceAddress.test(2, partition: 9)

  @Test("lets its clients finish, sends them elsewhere, tells delivery, and is forgotten")
  func drain() async throws {
    try await TestStack.with { stack in
      let gateway = try await GatewayHarness.make(stack.context("gateway")) { $0.drainTime = .seconds(10) }
      let group = ServiceGroup(services: [gateway], logger: stack.log.logger("test"))
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let port = try await gateway.listeningPort()
        let idle = try await TestClient.ready(port: port, as: alice)
        let busy = try await TestClient.ready(port: port, as: bob)
        let greeting = try await TestClient.connect(port: port)
        try await busy.send(Send.test(1, to: alice.account), request: 9)
        let probe = PartitionProbe(stack.redisConfiguration, of: alice.account)
        let send = try await probe.send()
        await group.triggerGracefulShutdown()

        let draining = try await idle.receive(Draining.self, answering: 0)
        #expect(draining.reconnectAfterMilliseconds <= 100)
        #expect(try await idle.next() == .close(code: 1012))
        #expect(try await probe.detach().account == alice.account)
        #expect(try await greeting.closing() == .close(code: 1012))

        _ = try await busy.receive(Draining.self, answering: 0)
        try await busy.send(Send.test(2, to: alice.account), request: 10)
        #expect(try await busy.receive(Failure.self, answering: 10).code == .unavailable)
        await #expect(throws: (any Error).self) { try await TestClient.connect(port: port) }
        let accepted = OutboundFrame(
          connection: send.connection, request: send.request, kind: FrameKind.accepted.rawValue,
          body: Accepted(message: MessageID(1), acceptedAt: 1).encoded()[...])
        try await GatewayEventWriter(redis: stack.redis).send([accepted], to: gateway.name)
        #expect(try await busy.receive(Accepted.self, answering: 9).message == MessageID(1))
        #expect(try await busy.next() == .close(code: 1012))
        #expect(try await PartitionProbe(stack.redisConfiguration, of: bob.account).detach().account == bob.account)

        try await tasks.waitForAll()
        let score = try await stack.redis.send(RedisCommand("ZSCORE", .text(StreamName.gateways), .text(gateway.name)))
        #expect(score == .null)
        let exists = try await stack.redis.send(RedisCommand("EXISTS", .text(StreamName.gateway(gateway.name))))
        #expect(exists == .integer(0))
      }
    }
  }

  @Test("does not wait for answers that never come, nor for clients that never close")
  func impatient() async throws {
    try await TestStack.with { stack in
      let gateway = try await GatewayHarness.make(stack.context("gateway")) {
        $0.drainTime = .milliseconds(50)
        $0.timing.close = 50
      }
      let group = ServiceGroup(services: [gateway], logger: stack.log.logger("test"))
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let client = try await TestClient.ready(port: try await gateway.listeningPort(), as: alice)
        try await client.send(Send.test(1, to: bob.account), request: 9)
        _ = try await PartitionProbe(stack.redisConfiguration, of: bob.account).send()
        try await client.setReading(false)
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        #expect(try await PartitionProbe(stack.redisConfiguration, of: alice.account).detach().account == alice.account)
      }
    }
  }

  @Test("is not ready before it listens and after it is asked to end")
  func readiness() async throws {
    try await TestStack.with { stack in
      let context = try stack.context("gateway")
      let gateway = try await GatewayHarness.make(context)
      #expect(await context.health.readiness().failing.contains("listening"))
      try await stack.run([gateway]) {
        _ = try await gateway.listeningPort()
        #expect(await !context.health.readiness().failing.contains("listening"))
      }
      #expect(await context.health.readiness().failing.contains("listening"))
    }
  }
}
