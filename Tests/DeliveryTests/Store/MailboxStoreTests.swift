// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("The store of mailboxes", .timeLimit(.minutes(3)))
struct MailboxStoreTests {
  private static let phone = Sample.address(Sample.bob, 1)
  private static let partition = Partition(of: Sample.bob)

  private static func id(_ milliseconds: UInt64) -> RedisStreamID {
    RedisStreamID(milliseconds: milliseconds, sequence: 0)
  }

  private static func advance(
    _ from: UInt64, to position: UInt64, epoch: Int64 = 1, of partition: Partition = partition
  ) -> PartitionAdvance {
    PartitionAdvance(partition: partition, epoch: epoch, from: id(from), to: id(position))
  }

  /// A worker that holds every partition at epoch 1, and an account with two devices.
  private static func with(_ body: (TestStack, MailboxStore) async throws -> Void) async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob, devices: [1, 2], list: 3)
      let claimed = try await leases(stack, "w").claim(64)
      #expect(claimed.count == 64)
      try await body(stack, MailboxStore(postgres: stack.postgres, worker: "w", expiryDays: 30, limits: .with()))
    }
  }

  private static func leases(_ stack: TestStack, _ worker: String) -> LeaseStore {
    LeaseStore(postgres: stack.postgres, worker: worker, lease: .seconds(3_600))
  }

  private static func decide(_ commands: MailboxCommand..., with store: MailboxStore) async throws -> MailboxWrites {
    var questions = MailboxQuestions()
    questions.add(commands)
    return PartitionDecision(commands, facts: try await store.facts(questions), limits: .with(messages: 1_000)).writes
  }

  private static func send(_ number: UInt64) -> MailboxCommand {
    .send(Sample.incoming(Sample.send(number, devices: [1, 2], list: 3)))
  }

  @Test("facts are what stands: the list, the mailboxes and what was accepted")
  func facts() async throws {
    try await Self.with { stack, store in
      var questions = MailboxQuestions()
      questions.add([Self.send(1), Self.send(2), .accountChanged(Sample.account(partition: 8, salt: 77))])
      var facts = try await store.facts(questions)
      #expect(facts.now > 1_700_000_000_000)
      #expect(facts.accepted.isEmpty)
      #expect(facts.recipients == Sample.facts(list: 3, mailboxes: [1: .init(), 2: .init()]).recipients)
      let writes = try await Self.decide(Self.send(1), with: store)
      try await store.commit(writes, advancing: [Self.advance(0, to: 5)])
      facts = try await store.facts(questions)
      let one = MailboxFacts.Mailbox(lastSequence: 1, waiting: 1, waitingBytes: UInt64("to 1: 1".utf8.count))
      #expect(facts.recipients == Sample.facts(list: 3, mailboxes: [1: one, 2: one]).recipients)
      #expect(facts.accepted == [Sample.incoming(Sample.send(1)).key: writes.accepted[0].at])
    }
  }

  @Test("a commit writes everything and moves the position, in one transaction")
  func commit() async throws {
    try await Self.with { stack, store in
      let writes = try await Self.decide(Self.send(1), Self.send(2), with: store)
      try await store.commit(writes, advancing: [Self.advance(0, to: 5)])
      #expect(try await stack.waiting(Self.phone) == [1, 2])
      let ranges = SequenceRanges(Sample.ranges(1...1))
      let more = try await Self.decide(.acknowledge(Self.phone, ranges), Self.send(3), with: store)
      try await store.commit(more, advancing: [Self.advance(5, to: 6)])
      #expect(try await stack.waiting(Self.phone) == [2, 3])
      #expect(try await stack.mailbox(Self.phone) == [3, 2])
      let owned = try await Self.leases(stack, "w").renew().owned
      #expect(owned.first { $0.partition == Self.partition }?.position == Self.id(6))
    }
  }

  @Test(
    "a commit that is not entitled writes nothing at all",
    arguments: [
      [advance(0, to: 5, epoch: 2)], [advance(1, to: 5)],
      [advance(0, to: 5), advance(9, to: 10, of: .init(of: .init(.init(high: 0, low: 0))))],
    ])
  private func fenced(advances: [PartitionAdvance]) async throws {
    try await Self.with { stack, store in
      let writes = try await Self.decide(Self.send(1), with: store)
      await #expect(throws: DeliveryError.fenced) { try await store.commit(writes, advancing: advances) }
      let stranger = MailboxStore(postgres: stack.postgres, worker: "stranger", expiryDays: 30, limits: .with())
      await #expect(throws: DeliveryError.fenced) {
        try await stranger.commit(writes, advancing: [Self.advance(0, to: 5)])
      }
      #expect(try await stack.waiting(Self.phone) == [])
      #expect(try await stack.mailbox(Self.phone) == nil)
      let owned = try await Self.leases(stack, "w").renew().owned
      #expect(owned.allSatisfy { $0.position == .zero })
      try await store.commit(writes, advancing: [Self.advance(0, to: 5)])
    }
  }

  @Test("a worker that was paused past its lease cannot write, whoever has it now")
  func paused() async throws {
    try await Self.with { stack, store in
      let writes = try await Self.decide(Self.send(1), with: store)
      try await stack.sql("UPDATE partitions SET lease_until = now() - interval '1 second'")
      let heirs = Self.leases(stack, "heir")
      #expect(try await heirs.claim(10).count == 10)
      await #expect(throws: DeliveryError.fenced) {
        try await store.commit(writes, advancing: [Self.advance(0, to: 5)])
      }
      try await heirs.retire()
      await #expect(throws: DeliveryError.fenced, "an epoch never comes back") {
        try await store.commit(writes, advancing: [Self.advance(0, to: 5)])
      }
      #expect(try await stack.waiting(Self.phone) == [])
    }
  }

  @Test("nobody can claim a partition while a transaction of its owner is under way")
  func claimPassesOver() async throws {
    try await Self.with { stack, _ in
      try await stack.sql("UPDATE partitions SET lease_until = now() - interval '1 second' WHERE partition < 8")
      // The transaction stops at an advisory lock, after it has passed the fence.
      let gate = PostgresPool(stack.postgresConfiguration)
      _ = try await gate.withConnection { try $0.query("SELECT pg_advisory_lock(7)") }
      let writer = PostgresPool(stack.postgresConfiguration)
      async let writing: Void = writer.withTransaction { connection in
        _ = try connection.query(
          """
          SELECT advance_partitions('w', ARRAY[5], ARRAY[1]::bigint[], ARRAY[0]::bigint[], ARRAY[0]::bigint[],
            ARRAY[5]::bigint[], ARRAY[0]::bigint[])
          """)
        _ = try connection.query("SELECT pg_advisory_xact_lock(7)")
      }
      try await stack.until("the transaction stands at the gate") { try await stack.lockWaiters() == 1 }
      let claimed = try await Self.leases(stack, "heir").claim(64)
      #expect(claimed.map(\.partition.number).sorted() == [0, 1, 2, 3, 4, 6, 7])
      _ = try await gate.withConnection { try $0.query("SELECT pg_advisory_unlock_all()") }
      await gate.shutdown()
      try await writing
      await writer.shutdown()
      #expect(try await Self.leases(stack, "heir").claim(64).map(\.partition.number) == [5])
    }
  }

  @Test("a page has the rows that were asked for, in order, and the last sequence")
  func pages() async throws {
    try await Self.with { stack, store in
      let writes = try await Self.decide(Self.send(1), Self.send(2), Self.send(3), with: store)
      try await store.commit(writes, advancing: [Self.advance(0, to: 5)])
      func request(_ device: DeviceAddress, _ first: UInt64, rows: Int, bytes: Int) -> MailboxPageRequest {
        MailboxPageRequest(
          device: device, connection: Sample.connection(1),
          page: DeviceDelivery.PageRequest(first: first, rows: rows, bytes: bytes))
      }
      let nobody = Sample.address(Sample.account(partition: 5, salt: 50))
      let pages = try await store.pages([
        request(Self.phone, 2, rows: 10, bytes: 1_000), request(Self.phone, 1, rows: 2, bytes: 1_000),
        request(Self.phone, 1, rows: 10, bytes: 8), request(Self.phone, 4, rows: 10, bytes: 8),
        request(nobody, 1, rows: 10, bytes: 8),
      ])
      #expect(pages.map { $0.envelopes.map(\.sequence) } == [[2, 3], [1, 2], [1, 2], [], []])
      #expect(pages.map(\.lastSequence) == [3, 3, 3, 3, 0])
      #expect(pages[1].envelopes == writes.envelopes.filter { $0.recipient == Self.phone && $0.sequence < 3 })
    }
  }

  @Test("any bytes and the largest ciphertext come back as they went in")
  func bytes() async throws {
    try await Self.with { _, store in
      let ciphertext = (0..<WireLimits.ciphertextBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let send = Sample.send(1, devices: [1, 2], list: 3, isUrgent: true, ciphertext: ciphertext)
      let writes = try await Self.decide(.send(Sample.incoming(send)), with: store)
      try await store.commit(writes, advancing: [Self.advance(0, to: 5)])
      let request = MailboxPageRequest(
        device: Self.phone, connection: Sample.connection(1),
        page: DeviceDelivery.PageRequest(first: 1, rows: 1, bytes: 1))
      #expect(try await store.pages([request])[0].envelopes == [writes.envelopes[0]])
    }
  }
}
