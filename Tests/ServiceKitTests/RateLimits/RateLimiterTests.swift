// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

/// The script in a real Redis, by a clock that the test moves.
@Suite("Rate limiter", .timeLimit(.minutes(3)))
struct RateLimiterTests {
  private let clock = TestClock()

  private func advance(milliseconds: UInt64) { clock.advance(milliseconds: milliseconds) }

  private func withLimiter(_ body: (RateLimiter, TestStack) async throws -> Void) async throws {
    try await TestStack.with { stack in
      try await body(RateLimiter(redis: stack.redis) { [clock] in clock.milliseconds * 1_000 }, stack)
    }
  }

  @Test("a full bucket gives its burst, and then says when the next token comes")
  func burst() async throws {
    try await withLimiter { limiter, _ async throws in
      for _ in 0..<5 { #expect(try await limiter.take("a", burst: 5, refillPerSecond: 2) == .allowed) }
      #expect(try await limiter.take("a", burst: 5, refillPerSecond: 2) == .denied(retryAfterMilliseconds: 500))
      advance(milliseconds: 200)
      #expect(try await limiter.take("a", burst: 5, refillPerSecond: 2) == .denied(retryAfterMilliseconds: 300))
    }
  }

  @Test("tokens come back at the rate, one by one, and no more than the burst")
  func refill() async throws {
    try await withLimiter { limiter, _ async throws in
      for _ in 0..<3 { #expect(try await limiter.take("a", burst: 3, refillPerSecond: 10) == .allowed) }
      advance(milliseconds: 100)
      #expect(try await limiter.take("a", burst: 3, refillPerSecond: 10) == .allowed)
      #expect(try await limiter.take("a", burst: 3, refillPerSecond: 10) == .denied(retryAfterMilliseconds: 100))
      advance(milliseconds: 60_000)
      for _ in 0..<3 { #expect(try await limiter.take("a", burst: 3, refillPerSecond: 10) == .allowed) }
      #expect(try await limiter.take("a", burst: 3, refillPerSecond: 10) == .denied(retryAfterMilliseconds: 100))
    }
  }

  @Test("asking when there is nothing left does not put the next token off")
  func denialIsFree() async throws {
    try await withLimiter { limiter, _ async throws in
      #expect(try await limiter.take("a", burst: 1, refillPerSecond: 1) == .allowed)
      for _ in 0..<10 {
        #expect(try await limiter.take("a", burst: 1, refillPerSecond: 1) == .denied(retryAfterMilliseconds: 1_000))
      }
      advance(milliseconds: 1_000)
      #expect(try await limiter.take("a", burst: 1, refillPerSecond: 1) == .allowed)
    }
  }

  @Test("a cost takes as many tokens, or none")
  func cost() async throws {
    try await withLimiter { limiter, _ async throws in
      #expect(try await limiter.take("a", burst: 10, refillPerSecond: 1, cost: 7) == .allowed)
      #expect(
        try await limiter.take("a", burst: 10, refillPerSecond: 1, cost: 5) == .denied(retryAfterMilliseconds: 2_000))
      #expect(try await limiter.take("a", burst: 10, refillPerSecond: 1, cost: 3) == .allowed)
      #expect(try await limiter.take("b", burst: 10, refillPerSecond: 1, cost: 99) == .allowed)
      #expect(
        try await limiter.take("b", burst: 10, refillPerSecond: 1, cost: 99) == .denied(retryAfterMilliseconds: 10_000))
    }
  }

  @Test("what has happened already may be owed, up to a bound, and is paid back before there is more")
  func overdraft() async throws {
    try await withLimiter { limiter, _ async throws in
      func take(_ cost: Int, overdraft: Int = 0) async throws -> RateLimitDecision {
        try await limiter.take("a", burst: 10, refillPerSecond: 1, cost: cost, overdraft: overdraft)
      }
      #expect(try await take(8) == .allowed)
      #expect(try await take(10, overdraft: 10) == .allowed)
      #expect(try await take(1) == .denied(retryAfterMilliseconds: 9_000))
      #expect(try await take(3, overdraft: 10) == .denied(retryAfterMilliseconds: 1_000))
      advance(milliseconds: 9_000)
      #expect(try await take(1) == .allowed)
      #expect(try await take(1) == .denied(retryAfterMilliseconds: 1_000))
    }
  }

  @Test("one token in ten minutes is exact")
  func slow() async throws {
    try await withLimiter { limiter, _ async throws in
      for _ in 0..<6 { #expect(try await limiter.take("a", burst: 6, refillPerSecond: 1.0 / 600) == .allowed) }
      #expect(
        try await limiter.take("a", burst: 6, refillPerSecond: 1.0 / 600) == .denied(retryAfterMilliseconds: 600_000))
      advance(milliseconds: 600_000)
      #expect(try await limiter.take("a", burst: 6, refillPerSecond: 1.0 / 600) == .allowed)
    }
  }

  @Test("keys do not touch each other, are not readable in Redis, and expire when their bucket is full")
  func isolation() async throws {
    try await withLimiter { limiter, stack async throws in
      #expect(try await limiter.take("fetch:alice", burst: 1, refillPerSecond: 0.1) == .allowed)
      #expect(try await limiter.take("fetch:bob", burst: 1, refillPerSecond: 0.1) == .allowed)
      #expect(try await limiter.take("fetch:bob", burst: 1, refillPerSecond: 0.1) != .allowed)
      let keys = try await stack.redis.send(RedisCommand("KEYS", "*")).arrayValue
      #expect(keys.count == 2)
      for key in keys {
        let name = try key.textValue
        #expect(name.hasPrefix("construct:rate:") && !name.contains("alice") && !name.contains("bob"))
        let life = try await stack.redis.send(RedisCommand("PTTL", .text(name))).integerValue
        #expect((1...10_000).contains(life))
      }
    }
  }

  @Test("by Redis' own clock a burst is given and then denied, also when many ask at once")
  func redisClock() async throws {
    try await TestStack.with { stack in
      let limiter = RateLimiter(redis: stack.redis)
      let allowed = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<50 {
          group.addTask { try await limiter.take("a", burst: 7, refillPerSecond: 0.001) == .allowed }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(allowed == 7)
      await #expect(throws: Failure.self) { try await limiter.require("a", burst: 7, refillPerSecond: 0.001) }
    }
  }

  @Test("without Redis nothing is allowed")
  func redisAway() async throws {
    let redis = RedisClient(try RedisConfiguration("unix:///nonexistent"))
    await #expect(throws: RedisError.self) {
      try await RateLimiter(redis: redis).take("a", burst: 1, refillPerSecond: 1)
    }
    await redis.shutdown()
  }
}
