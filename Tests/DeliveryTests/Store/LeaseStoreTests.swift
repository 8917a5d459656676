// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("Leases in PostgreSQL", .timeLimit(.minutes(3)))
struct LeaseStoreTests {
  private static func store(_ stack: TestStack, _ worker: String) -> LeaseStore {
    LeaseStore(postgres: stack.postgres, worker: worker, lease: .seconds(3_600))
  }

  @Test("a claim takes what nobody has, as many as asked for, each with a new epoch")
  func claim() async throws {
    try await TestStack.with { stack in
      let one = Self.store(stack, "one")
      let two = Self.store(stack, "two")
      #expect(try await one.claim(40).map(\.epoch) == [Int64](repeating: 1, count: 40))
      #expect(try await two.claim(40).count == 24)
      #expect(try await two.claim(40).isEmpty)
      try await one.release(Partition.all)
      #expect(try await two.claim(1).map(\.epoch) == [2])
      #expect(try await stack.owners() == ["two": 25, "": 39])
    }
  }

  @Test("a lease that has ended can be claimed, and is renewed only if nobody has")
  func ended() async throws {
    try await TestStack.with { stack in
      let one = Self.store(stack, "one")
      let two = Self.store(stack, "two")
      _ = try await one.claim(64)
      #expect(try await two.claim(64).isEmpty)
      try await stack.sql("UPDATE partitions SET lease_until = now() - interval '1 millisecond' WHERE partition < 2")
      #expect(try await two.claim(1).map(\.partition.number) == [0])
      #expect(try await one.renew().owned.count == 63)
      #expect(try await two.claim(64).isEmpty)
    }
  }

  @Test("workers are counted as long as they are heard of")
  func workers() async throws {
    try await TestStack.with { stack in
      let one = Self.store(stack, "one")
      let two = Self.store(stack, "two")
      #expect(try await one.renew().workers == 1)
      #expect(try await two.renew().workers == 2)
      try await stack.sql("UPDATE delivery_workers SET seen_until = now() - interval '1 second' WHERE worker = 'two'")
      #expect(try await one.renew().workers == 1)
      #expect(try await two.renew().workers == 2)
      try await two.retire()
      #expect(try await one.renew().workers == 1)
    }
  }

  @Test("releasing what somebody else has changes nothing")
  func foreignRelease() async throws {
    try await TestStack.with { stack in
      _ = try await Self.store(stack, "one").claim(64)
      try await Self.store(stack, "two").release(Partition.all)
      #expect(try await stack.owners() == ["one": 64])
    }
  }

  @Test("claims that come at the same time share out every partition once")
  func concurrently() async throws {
    try await TestStack.with { stack in
      let claimed = try await withThrowingTaskGroup(of: [LeasedPartition].self) { group in
        for number in 0..<8 { group.addTask { try await Self.store(stack, "w\(number)").claim(8) } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claimed.count == Set(claimed.map(\.partition)).count)
      #expect(try await stack.owners().values.reduce(0, +) == 64)
    }
  }
}
