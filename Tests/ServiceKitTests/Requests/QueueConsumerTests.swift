// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import TestSupport
import Testing
import Wire

@testable import ServiceKit

@Suite("Queue consumer", .timeLimit(.minutes(3)))
struct QueueConsumerTests {
  private static let queue = StreamName.keysQueue

  private func consumer(_ stack: TestStack) throws -> QueueConsumer {
    QueueConsumer(context: try stack.context("keys"), queue: Self.queue, group: "keys")
  }

  private func append(_ stack: TestStack, _ count: Int = 1) async throws {
    for number in 0..<count {
      try await stack.redis.send(RedisCommand("XADD", .text(Self.queue), "*", "r", .integer(number)))
    }
  }

  /// Makes every pending entry look as if it had not been touched for six seconds.
  private func age(_ stack: TestStack) async throws {
    let pending = try await stack.redis.send(
      RedisCommand("XPENDING", .text(Self.queue), "keys", "-", "+", "100")
    ).arrayValue
    for entry in pending {
      let fields = try entry.arrayValue
      try await stack.redis.send(
        RedisCommand(
          "XCLAIM", .text(Self.queue), "keys", .text(try fields[1].textValue), 0, .text(try fields[0].textValue),
          "IDLE",
          6_000, "JUSTID"))
    }
  }

  @Test("an entry that its consumer keeps is not claimed by another, and one that it released is")
  func keeping() async throws {
    try await TestStack.with { stack in
      let (first, second) = (try consumer(stack), try consumer(stack))
      try await first.createGroup()
      try await append(stack)
      let entries = try await first.read(count: 10)
      #expect(entries.count == 1)
      try await age(stack)
      try await first.keepHeld()
      #expect(try await second.claim(count: 10).isEmpty)
      first.release(entries.map(\.id))
      try await age(stack)
      try await first.keepHeld()
      #expect(try await second.claim(count: 10) == entries)
    }
  }

  @Test("an entry that this process handles already is not handed out twice")
  func twice() async throws {
    try await TestStack.with { stack in
      let consumer = try consumer(stack)
      try await consumer.createGroup()
      try await append(stack, 3)
      let entries = try await consumer.read(count: 2)
      #expect(entries.count == 2)
      try await age(stack)
      #expect(try await consumer.claim(count: 10).isEmpty)
      #expect(try await consumer.readUnnoticed().isEmpty)
      #expect(try await consumer.read(count: 10).count == 1)
    }
  }

  @Test("what a read that was given up has taken is found again")
  func unnoticed() async throws {
    try await TestStack.with { stack in
      let context = try stack.context("keys")
      let consumer = QueueConsumer(context: context, queue: Self.queue, group: "keys")
      try await consumer.createGroup()
      try await append(stack)
      // The reply of this read is lost.
      try await stack.redis.send(
        RedisCommand("XREADGROUP", "GROUP", "keys", .text(context.instance), "STREAMS", .text(Self.queue), ">"))
      #expect(try await consumer.read(count: 10).isEmpty)
      #expect(try await consumer.readUnnoticed().count == 1)
    }
  }

  @Test("a group is made once, and begins before the first entry")
  func group() async throws {
    try await TestStack.with { stack in
      try await append(stack)
      let consumer = try consumer(stack)
      let error = await #expect(throws: RedisError.self) { try await consumer.read(count: 1) }
      #expect(error?.serverCode == "NOGROUP")
      try await consumer.createGroup()
      try await consumer.createGroup()
      #expect(try await consumer.read(count: 10).count == 1)
    }
  }

  @Test("dead consumers are forgotten unless they own something; nothing that is pending is lost")
  func forgetting() async throws {
    try await TestStack.with { stack in
      let (first, second) = (try consumer(stack), try consumer(stack))
      try await first.createGroup()
      try await append(stack, 2)
      let entries = try await first.read(count: 1)
      try await second.delete(second.read(count: 1).map(\.id))
      func consumers() async throws -> Int {
        try await stack.redis.send(RedisCommand("XINFO", "CONSUMERS", .text(Self.queue), "keys")).arrayValue.count
      }
      #expect(try await consumers() == 2)
      try await first.forgetDeadConsumers()
      #expect(try await consumers() == 2, "they have been heard of a moment ago")
      try await first.leave()
      try await second.leave()
      #expect(try await consumers() == 1)
      let third = try consumer(stack)
      try await age(stack)
      #expect(try await third.claim(count: 10) == entries)
      try await third.delete(entries.map(\.id))
      #expect(try await third.length() == 0)
    }
  }
}
