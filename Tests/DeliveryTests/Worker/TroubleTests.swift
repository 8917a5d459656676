// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("A worker in trouble", .timeLimit(.minutes(3)))
struct TroubleTests {
  private static let phone = Sample.address(Sample.bob, 1)
  private static let partition = Partition(of: Sample.bob)

  @Test("Redis loses everything: what was accepted is delivered, and what comes after it is accepted")
  func redisWiped() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        try await gateway.attach(Self.phone, connection: 4)
        _ = try await gateway.drained(4)
        let first = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        try await stack.flushRedis()
        try await gateway.begin()
        #expect(try await gateway.deliver(Sample.send(1), from: Sample.alice) == first)
        _ = try await gateway.deliver(Sample.send(2), from: Sample.alice)
        var sequences: Set<UInt64> = []
        while sequences != [1, 2] { sequences.insert(try await gateway.deliveries(1, to: 4)[0].sequence) }
        #expect(try await stack.waiting(Self.phone) == [1, 2])
      }
    }
  }

  @Test("after a loss of Redis' data a worker asks every gateway who is connected")
  func asksAfterLoss() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        try await gateway.attach(Self.phone, connection: 4)
        _ = try await gateway.drained(4)
        let before = await gateway.asked.count
        try await stack.redis.send(RedisCommand("DEL", .text(StreamName.partition(Self.partition))))
        try await gateway.asked(times: before + 1)
        #expect(await gateway.asked.last?.contains(Self.partition.number) == true)
        try await stack.killRedisConnections()
        try await gateway.asked(times: before + 2)
      }
    }
  }

  @Test("a committed position ahead of a new Redis' clock does not hide what comes")
  func positionAhead() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      let ahead = systemMilliseconds() + 86_400_000
      try await stack.sql("UPDATE partitions SET position_ms = \(ahead), position_seq = 5")
      try await stack.deliver { gateway in
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        try await stack.flushRedis()
        try await gateway.begin()
        let before = await gateway.asked.count
        try await gateway.asked(times: before + 1)
        _ = try await gateway.deliver(Sample.send(2), from: Sample.alice)
        #expect(try await stack.waiting(Self.phone) == [1, 2])
      }
    }
  }

  @Test("an entry that nobody can read is passed over, and the log does not show it")
  func poison() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        let stream = RedisArgument.text(StreamName.partition(Self.partition))
        let poison = "a secret in a broken record"
        for field in [StreamName.field, "x"] {
          try await stack.redis.send(RedisCommand("XADD", stream, "*", .text(field), .text(poison)))
        }
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        try await stack.until("the poison is trimmed") {
          try await stack.redis.send(RedisCommand("XLEN", stream)) == .integer(0)
        }
        #expect(!stack.log.contains(poison))
      }
    }
  }

  @Test("gateways that died long ago are forgotten, others are not")
  func longDead() async throws {
    try await TestStack.with { stack in
      let living = try await TestGateway(stack)
      let dead = try await TestGateway(stack)
      let longDead = try await TestGateway(stack)
      let key = RedisArgument.text(StreamName.gateways)
      let now = systemMilliseconds()
      try await stack.redis.send(RedisCommand("ZADD", key, .integer(now - 60_000), .text(dead.id)))
      try await stack.redis.send(RedisCommand("ZADD", key, .integer(now - 3_700_000), .text(longDead.id)))
      #expect(try await GatewayDirectory(redis: stack.redis).alive() == [living.id])
      let known = try await stack.redis.send(RedisCommand("ZRANGE", key, 0, -1)).arrayValue.map { try $0.textValue }
      #expect(Set(known) == [living.id, dead.id])
    }
  }

  @Test("streams are trimmed also while a gateway cannot be written to")
  func trimming() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      let broken = try await TestGateway(stack)
      try await stack.redis.send(RedisCommand("SET", .text(StreamName.gateway(broken.id)), "no stream"))
      try await stack.deliver { gateway in
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        let stream = RedisArgument.text(StreamName.partition(Self.partition))
        try await stack.until("the stream is trimmed") {
          try await stack.redis.send(RedisCommand("XLEN", stream)) == .integer(0)
        }
      }
    }
  }

  @Test("a message that PostgreSQL refuses fails alone, and its neighbours are accepted")
  func refusedMessage() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.sql("ALTER TABLE envelopes ADD CHECK (octet_length(ciphertext) <> 13)")
      try await stack.deliver { gateway in
        let bad = Sample.send(2, ciphertext: [UInt8](repeating: 1, count: 13))
        let requests = try await gateway.send([Sample.send(1), bad, Sample.send(3)], from: Sample.alice)
        _ = try await gateway.accepted(requests[0])
        _ = try await gateway.accepted(requests[2])
        await #expect(throws: Failure(.internalError)) { try await gateway.accepted(requests[1]) }
        #expect(try await stack.waiting(Self.phone) == [1, 2])
        _ = try await gateway.deliver(Sample.send(4), from: Sample.alice)
        #expect(try await stack.mailbox(Self.phone) == [3, 3])
      }
    }
  }

  @Test("connections to PostgreSQL that break lose and double nothing")
  func brokenConnections() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        var requests: [UInt64] = []
        for number in UInt64(1)...60 {
          requests += try await gateway.send([Sample.send(number)], from: Sample.alice)
          if number.isMultiple(of: 10) { try await stack.terminatePostgresConnections() }
        }
        for request in requests { _ = try await gateway.accepted(request) }
        #expect(try await stack.waiting(Self.phone) == Array(1...60))
      }
    }
  }

  @Test("while PostgreSQL is away nothing is accepted, and everything is once it is back")
  func postgresAway() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      let administration = PostgresPool(
        PostgresConfiguration(
          connectionString: stack.postgresConfiguration.connectionString + " dbname=postgres", poolSize: 1))
      let database = try await stack.postgres.withConnection {
        try $0.query("SELECT current_database()::text").first?.text(0) ?? ""
      }
      try await stack.deliver { gateway in
        try await gateway.attach(Self.phone, connection: 4)
        _ = try await gateway.drained(4)
        try await administration.withConnection { connection in
          try connection.script("ALTER DATABASE \(database) ALLOW_CONNECTIONS false")
          try connection.script(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)'")
        }
        let requests = try await gateway.send((UInt64(1)...5).map { Sample.send($0) }, from: Sample.alice)
        try await stack.until("the worker notices") { stack.log.contains("positions wait for PostgreSQL") }
        let answered = await gateway.frames.contains { $0.kind == FrameKind.accepted.rawValue }
        #expect(!answered)
        try await administration.withConnection { connection in
          try connection.script("ALTER DATABASE \(database) ALLOW_CONNECTIONS true")
        }
        for request in requests { _ = try await gateway.accepted(request) }
        #expect(try await gateway.deliveries(5, to: 4).map(\.sequence) == [1, 2, 3, 4, 5])
      }
      await administration.shutdown()
    }
  }

  @Test("an earlier attempt that comes through late is noticed, and its messages are delivered")
  func lateAttempt() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        try await gateway.attach(Self.phone, connection: 4)
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        // What a statement does whose connection was given up: it moves the position and stores a message.
        let account = Sample.bob.raw.uuidString
        try await stack.sql(
          """
          BEGIN;
          UPDATE partitions SET position_seq = position_seq + 1 WHERE partition = \(Self.partition.number);
          UPDATE mailboxes SET last_sequence = 2, waiting = waiting + 1 WHERE account = '\(account)';
          INSERT INTO envelopes SELECT account, device, sender_device, 2, sender,
            '00000000-0000-0000-0000-000000000002', accepted_at, expires_at, kind, is_urgent, ciphertext FROM envelopes;
          COMMIT
          """)
        _ = try await gateway.deliver(Sample.send(3), from: Sample.alice)
        #expect(try await gateway.deliveries(3, to: 4).map(\.sequence) == [1, 2, 3])
      }
    }
  }
}
