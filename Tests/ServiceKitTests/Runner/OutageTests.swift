// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Postgres
import Redis
import ServiceLifecycle
import TestSupport
import Testing
import Wire

@testable import ServiceKit

/// PostgreSQL and Redis go away during operation and come back.
@Suite("Outages", .timeLimit(.minutes(3)))
struct OutageTests {
  @Test("requests wait for a Redis that is away, and are answered when it is back")
  func redisAway() async throws {
    try await TestStack.with { stack in
      let proxies = try await stack.proxies()
      let context = try stack.context("keys", through: proxies)
      let server = RequestServerTests.server(context) { _, _ in RequestServerTests.status }
      try await stack.run([server]) {
        let probe = try await RequestProbe(stack)
        let _: KeyStatus = try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue)
        try await proxies.redis.cut()
        let number = try await probe.submit(RequestKeyStatus(), on: StreamName.keysQueue, within: .seconds(30))
        await #expect(throws: RedisError.self) { try await context.redis.checkHealth() }
        #expect(await probe.frames.count == 1)
        proxies.redis.restore()
        let answer = try await probe.answer(to: number, within: .seconds(30))
        #expect(answer.kind == FrameKind.keyStatus.rawValue)
      }
      #expect(stack.log.contains("the queue cannot be read"))
    }
  }

  @Test("an answer that was found while Redis went away is sent when it is back, once")
  func answerWaits() async throws {
    try await TestStack.with { stack in
      let proxies = try await stack.proxies()
      let (cuts, cut) = AsyncStream.makeStream(of: Void.self)
      let server = RequestServerTests.server(try stack.context("keys", through: proxies)) { _, _ in
        try await proxies.redis.cut()
        cut.yield()
        return RequestServerTests.status
      }
      try await stack.run([server]) {
        let probe = try await RequestProbe(stack)
        let number = try await probe.submit(RequestKeyStatus(), on: StreamName.keysQueue, within: .seconds(30))
        for await _ in cuts { break }
        let deadline = ContinuousClock.now + .seconds(30)
        while !stack.log.contains("answers wait for Redis") {
          try await stack.redis.checkHealth()
          try #require(ContinuousClock.now < deadline)
        }
        proxies.redis.restore()
        _ = try await probe.answer(to: number, within: .seconds(30))
        let all = await probe.frames
        #expect(all.count == 1)
      }
      #expect(try await stack.redis.send(RedisCommand("XLEN", .text(StreamName.keysQueue))) == .integer(0))
    }
  }

  @Test("without PostgreSQL a request is told to come back, and is answered when it does")
  func postgresAway() async throws {
    try await TestStack.with { stack in
      let proxies = try await stack.proxies()
      let context = try stack.context("keys", through: proxies)
      let server = RequestServerTests.server(context) { _, _ in
        try await context.postgres.checkHealth()
        return RequestServerTests.status
      }
      try await stack.run([server]) {
        let probe = try await RequestProbe(stack)
        func ask() async throws -> KeyStatus {
          try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue, within: .seconds(30))
        }
        _ = try await ask()
        try await proxies.postgres.cut()
        await #expect(throws: RequestFailure.unavailable) { try await ask() }
        proxies.postgres.restore()
        // The pool tries again after a pause that it has drawn.
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
          do {
            _ = try await ask()
            break
          } catch let failure as Failure {
            try #require(failure.code == .unavailable && ContinuousClock.now < deadline)
          }
        }
      }
    }
  }

  @Test("readiness names what is away")
  func readiness() async throws {
    try await TestStack.with { stack in
      let proxies = try await stack.proxies()
      let reader = ConfigReader.memory(stack.settings.merging(stack.settings(through: proxies)) { _, new in new })
      let process = ServiceRunner.process(
        "test", reader: reader, try ProcessConfiguration(reader: reader, service: "test"), stack.log.logger("test"),
        MetricRegistry(), build: { _ in [Waiting()] })
      let health = process.context.health
      try await stack.run([Whole(process: process)]) {
        /// Each look waits for the checks, which wait for the servers.
        func wait(for failing: [String]) async throws {
          let deadline = ContinuousClock.now + .seconds(60)
          var report = await health.readiness()
          while report.failing != failing && ContinuousClock.now < deadline {
            try await stack.redis.checkHealth()
            report = await health.readiness()
          }
          #expect(report.failing == failing)
        }
        try await wait(for: [])
        try await proxies.redis.cut()
        try await wait(for: ["redis"])
        try await proxies.postgres.cut()
        try await wait(for: ["postgres", "redis"])
        proxies.redis.restore()
        proxies.postgres.restore()
        try await wait(for: [])
      }
    }
  }

  @Test("tokens of known keys are believed without PostgreSQL; one of an unknown key is told to come back")
  func tokens() async throws {
    try await TestStack.with { stack in
      let proxies = try await stack.proxies()
      let context = try stack.context("gateway", through: proxies)
      let fixture = TokenFixture()
      try await fixture.publish(in: stack)
      let store = TokenKeyStore(
        postgres: context.postgres, issuer: context.domain, logger: context.logger, refreshPause: .zero)
      let known = try await fixture.sign(fixture.token())
      _ = try await store.verify(known)
      try await proxies.postgres.cut()
      let other = TokenFixture()
      try await other.publish(in: stack)
      let unknown = try await other.sign(other.token())
      _ = try await store.verify(known)
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask { await #expect(throws: RequestFailure.unavailable) { try await store.verify(unknown) } }
        }
      }
    }
  }
}

private struct Waiting: Service {
  func run() async throws { try await gracefulShutdown() }
}

private struct Whole: Service {
  let process: ServiceProcess
  func run() async throws { try await process.run(signals: []) }
}
