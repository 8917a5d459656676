// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("The expiry of messages", .timeLimit(.minutes(3)))
struct ExpiryTests {
  private static let phone = Sample.address(Sample.bob, 1)
  private static let partition = Partition(of: Sample.bob)

  /// A mailbox with messages of which the first have expired.
  private static func fill(_ stack: TestStack, _ device: DeviceAddress, count: Int, expired: Int) async throws {
    let account = device.account.raw.uuidString
    try await stack.sql(
      """
      INSERT INTO envelopes (account, device, sender_device, sequence, sender, message, accepted_at, expires_at, kind,
        is_urgent, ciphertext)
      SELECT '\(account)', \(device.device.number), 1, n, '\(account)', '\(account)', 0,
        now() + CASE WHEN n <= \(expired) THEN interval '-1 second' ELSE interval '1 day' END, 2, false, ''
      FROM generate_series(1, \(count)) AS n;
      INSERT INTO mailboxes VALUES
        ('\(account)', \(device.device.number), \(Partition(of: device.account).number), \(count), \(count))
      """)
  }

  /// Sweeps a partition to its end.
  private static func sweep(_ store: ExpiryStore, epoch: Int64 = 1) async throws -> (deleted: Int, steps: Int) {
    var cursor: ExpiryStore.Cursor? = ExpiryStore.Cursor()
    var result = (deleted: 0, steps: 0)
    while let here = cursor {
      let step = try await store.sweep(partition, epoch: epoch, after: here)
      result = (result.deleted + step.deleted, result.steps + 1)
      cursor = step.next
    }
    return result
  }

  private static func with(_ body: (TestStack, ExpiryStore) async throws -> Void) async throws {
    try await TestStack.with { stack in
      _ = try await LeaseStore(postgres: stack.postgres, worker: "w", lease: .seconds(3_600)).claim(64)
      try await body(stack, ExpiryStore(postgres: stack.postgres, worker: "w"))
    }
  }

  @Test("what has expired is deleted, in steps, and nothing else")
  func expired() async throws {
    try await Self.with { stack, store in
      try await stack.addAccount(Sample.bob, devices: [1, 2])
      try await Self.fill(stack, Self.phone, count: 130, expired: 120)
      try await Self.fill(stack, Sample.address(Sample.bob, 2), count: 3, expired: 0)
      let elsewhere = Sample.account(partition: 6)
      try await stack.addAccount(elsewhere)
      try await Self.fill(stack, Sample.address(elsewhere), count: 1, expired: 1)
      let result = try await Self.sweep(store)
      #expect(result.deleted == 120)
      #expect(result.steps == 3, "at most \(ExpiryStore.rows) of a mailbox in one step")
      #expect(try await stack.waiting(Self.phone) == Array(121...130))
      #expect(try await stack.mailbox(Self.phone) == [130, 10])
      #expect(try await stack.mailbox(Sample.address(Sample.bob, 2)) == [3, 3])
      #expect(try await stack.waiting(Sample.address(elsewhere)) == [1])
    }
  }

  @Test("many mailboxes are walked in steps")
  func manyMailboxes() async throws {
    try await Self.with { stack, store in
      let last = ExpiryStore.mailboxes + 5
      for salt in 1...last {
        let account = Sample.account(partition: 5, salt: UInt64(salt))
        try await stack.addAccount(account)
        try await Self.fill(stack, Sample.address(account), count: 1, expired: 1)
      }
      let result = try await Self.sweep(store)
      #expect(result.deleted == last)
      #expect(result.steps == 2)
    }
  }

  @Test("nothing is deleted under a lease that has gone to somebody else")
  func fenced() async throws {
    try await Self.with { stack, store in
      try await stack.addAccount(Sample.bob)
      try await Self.fill(stack, Self.phone, count: 1, expired: 1)
      #expect(try await Self.sweep(store, epoch: 2).deleted == 0)
      let stranger = ExpiryStore(postgres: stack.postgres, worker: "stranger")
      #expect(try await Self.sweep(stranger).deleted == 0)
      #expect(try await stack.waiting(Self.phone) == [1])
    }
  }

  @Test("everything of a device that its account has removed is deleted, with its mailbox")
  func removedDevice() async throws {
    try await Self.with { stack, store in
      try await stack.addAccount(Sample.bob, devices: [1, 2])
      let tablet = Sample.address(Sample.bob, 2)
      try await Self.fill(stack, Self.phone, count: 2, expired: 0)
      try await Self.fill(stack, tablet, count: 60, expired: 0)
      try await stack.changeList(Sample.bob, devices: [1], list: 2)
      #expect(try await Self.sweep(store).deleted == 60)
      #expect(try await stack.mailbox(tablet) == nil)
      #expect(try await stack.mailbox(Self.phone) == [2, 2])
    }
  }

  @Test("messages are known for as long as it is said")
  func acceptedMessages() async throws {
    try await Self.with { stack, store in
      let account = Sample.bob.raw.uuidString
      try await stack.sql(
        """
        INSERT INTO accepted_messages (recipient, sender, message, accepted_at, sender_device)
        SELECT '\(account)', '\(account)', gen_random_uuid(),
          (extract(epoch FROM now() - n * interval '1 day') * 1000)::bigint, 1
        FROM generate_series(28, 33) AS n
        """)
      #expect(try await store.forgetAccepted(olderThanDays: 40) == 0)
      #expect(try await store.forgetAccepted(olderThanDays: 30) == 4)
      #expect(try await store.forgetAccepted(olderThanDays: 30) == 0)
    }
  }

  @Test("a worker sweeps what it holds")
  func worker() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await Self.fill(stack, Self.phone, count: 2, expired: 1)
      try await stack.deliver({ $0.sweepInterval = .milliseconds(50) }) { gateway in
        try await stack.until("the expired message is gone") { try await stack.waiting(Self.phone) == [2] }
        try await gateway.attach(Self.phone, connection: 4)
        #expect(try await gateway.deliveries(1, to: 4).map(\.sequence) == [2])
        #expect(try await gateway.drained(4) == 2)
      }
    }
  }
}
