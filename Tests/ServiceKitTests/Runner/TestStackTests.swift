// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import ServiceKit
import ServiceLifecycle
import TestSupport
import Testing

@Suite("Test stack", .timeLimit(.minutes(3)))
struct TestStackTests {
  @Test("two stacks share nothing, and a stack leaves nothing behind")
  func isolation() async throws {
    let (first, second) = (try await TestStack.make(), try await TestStack.make())
    let names = try await withThrowingTaskGroup(of: String.self) { group in
      for stack in [first, second] {
        group.addTask {
          try await stack.redis.send(RedisCommand("SET", "mine", "1"))
          #expect(try await stack.redis.send(RedisCommand("DBSIZE")) == .integer(1))
          return try await stack.postgres.withConnection { connection in
            try connection.script("CREATE TABLE mine (id integer)")
            return try connection.query("SELECT current_database()::text").first?.text(0) ?? ""
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(names).count == 2)
    try await first.shutdown()
    let left = try await second.postgres.withConnection { connection in
      try connection.query("SELECT datname::text FROM pg_database WHERE datname = ANY($1)", .textArray(names)).count
    }
    #expect(left == 1)
    try await second.shutdown()
  }

  @Test("a fresh stack has the migrations, and no data")
  func fresh() async throws {
    try await TestStack.with { stack async throws in
      #expect(try await Migrator.version(of: stack.postgres) == Migrator.expectedVersion)
      #expect(try await stack.redis.send(RedisCommand("DBSIZE")) == .integer(0))
    }
  }

  @Test("a service that ends before the test ends the test")
  func brokenService() async throws {
    struct Broken: Error {}
    struct Failing: Service {
      func run() async throws { throw Broken() }
    }
    try await TestStack.with { stack in
      await #expect(throws: Broken.self) {
        try await stack.run([Failing()]) {
          let probe = try await RequestProbe(stack)
          _ = try await probe.answer(to: 1, within: .seconds(60))
        }
      }
    }
  }
}
