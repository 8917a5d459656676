// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("Wake-ups that nothing can lose", .timeLimit(.minutes(3)))
struct WakeUpTests {
  private static let phone = Sample.address(Sample.bob, 1)
  private static let partition = Partition(of: Sample.bob)

  /// Lets so many seconds pass for every mailbox.
  private static func pass(_ seconds: Int, _ stack: TestStack) async throws {
    try await stack.sql("UPDATE mailboxes SET wake_due = wake_due - interval '\(seconds) seconds'")
  }

  @Test("a device that an owner has delivered to and died over is woken by the next owner, and not again and again")
  func takeOver() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      let gateway = try await TestGateway(stack)
      let dying = try stack.worker()
      let running = Task { try await dying.worker.run() }
      try await gateway.asked(times: 1)
      try await gateway.attach(Self.phone, connection: 4)
      _ = try await gateway.drained(4)
      _ = try await gateway.deliver(Sample.send(1, isUrgent: true), from: Sample.alice)
      // The machine of both is gone.
      running.cancel()
      try await running.value
      try await gateway.die()
      #expect(try await stack.wakeUps().isEmpty)
      try await Self.pass(WakeUpStore.acknowledgementSeconds, stack)
      try await stack.run(try stack.worker { $0.wakeUpInterval = .milliseconds(20) }.services) {
        try await stack.until("the device is woken") { try await stack.wakeUps().count == 1 }
        #expect(try await stack.wakeUps() == [Self.wakeUp(isUrgent: true)])
        let other = try await TestGateway(stack)
        // Many sweeps later.
        for number in UInt64(1)...20 {
          let carol = Sample.account(partition: UInt32(number), salt: 70 + number)
          try await stack.addAccount(carol)
          _ = try await other.deliver(Sample.send(number, to: carol), from: Sample.alice)
        }
        #expect(try await stack.wakeUps().filter { $0.account == Sample.bob }.count == 1)
      }
    }
  }

  @Test("a wake-up that Redis does not take is handed over when it does")
  func redisAway() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      let key = RedisArgument.text(StreamName.pushQueue)
      try await stack.redis.send(RedisCommand("SET", key, "no stream"))
      try await stack.deliver({ $0.wakeUpInterval = .milliseconds(20) }) { gateway in
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        #expect(stack.log.contains("wake-ups wait for Redis"))
        try await stack.redis.send(RedisCommand("DEL", key))
        try await stack.until("the device is woken") { try await stack.wakeUps().count == 1 }
      }
    }
  }

  @Test("a wake-up that was lost with Redis' data is followed by another, ever more rarely")
  func lostWithRedis() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        #expect(try await stack.wakeUps() == [Self.wakeUp()])
      }
      try await stack.flushRedis()
      let sweep = try await stack.sweep()
      #expect(try await sweep.sweep() == 0, "it was handed over a moment ago")
      try await Self.pass(WakeUpStore.reminderSeconds, stack)
      #expect(try await sweep.sweep() == 1)
      #expect(try await stack.wakeUps() == [Self.wakeUp()])
      // The message is an hour old by now.
      try await stack.sql("UPDATE envelopes SET accepted_at = accepted_at - 3600000")
      try await Self.pass(WakeUpStore.reminderSeconds, stack)
      #expect(try await sweep.sweep() == 1)
      // The pause is the message's age: an hour, and however long this machine took to come here.
      try await Self.pass(3_500, stack)
      #expect(try await sweep.sweep() == 0)
      try await Self.pass(3_600, stack)
      #expect(try await sweep.sweep() == 1)
    }
  }

  @Test("who has everything, who was removed, and who belongs to another worker is not woken")
  func nobody() async throws {
    try await TestStack.with { stack in
      let carol = Sample.account(partition: 5, salt: 6)
      for account in [Sample.bob, carol] { try await stack.addAccount(account) }
      try await stack.deliver { gateway in
        for account in [Sample.bob, carol] {
          _ = try await gateway.deliver(Sample.send(1, to: account), from: Sample.alice)
        }
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 1))
        try await stack.until("it is gone") { try await stack.waiting(Self.phone).isEmpty }
      }
      let sweep = try await stack.sweep()
      try await Self.pass(WakeUpStore.reminderSeconds, stack)
      try await stack.changeList(carol, devices: [], list: 2)
      #expect(try await sweep.sweep() == 0)
      try await stack.changeList(carol, devices: [1], list: 3)
      try await stack.sql("UPDATE partitions SET owner = 'thief', epoch = epoch + 1")
      #expect(try await sweep.sweep() == 0)
    }
  }

  @Test("a stream of messages does not put a wake-up off, but an acknowledgement does")
  func puttingOff() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        try await gateway.attach(Self.phone, connection: 4)
        _ = try await gateway.drained(4)
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        // Far more than it takes, so that a slow run of this test does not look like a wake-up that is due.
        try await Self.pass(3_600, stack)
        _ = try await gateway.deliver(Sample.send(2), from: Sample.alice)
        let due: StaticString = "SELECT count(*) FROM mailboxes WHERE wake_due <= now() - interval '1800 seconds'"
        #expect(try await stack.count(due) == 1)
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 1))
        try await stack.until("one is gone") { try await stack.waiting(Self.phone) == [2] }
        _ = try await gateway.deliver(Sample.send(3), from: Sample.alice)
        #expect(try await stack.count(due) == 0)
      }
    }
  }

  @Test("a sweep takes many in steps, and each once")
  func steps() async throws {
    try await TestStack.with { stack in
      let count = 2 * WakeUpStore.page + 7
      let account = Sample.bob.raw.uuidString
      try await stack.addAccount(Sample.bob, devices: [])
      try await stack.sql(
        """
        INSERT INTO devices (account, device, suite, signing_key, agreement_key)
          SELECT '\(account)', n, 1, '', '' FROM generate_series(1, \(count)) AS n;
        INSERT INTO mailboxes (account, device, partition, last_sequence, waiting)
          SELECT '\(account)', n, \(Self.partition.number), 1, 1 FROM generate_series(1, \(count)) AS n
        """)
      let sweep = try await stack.sweep()
      #expect(try await sweep.sweep() == count)
      #expect(try await Set(stack.wakeUps().map(\.device)).count == count)
      #expect(try await sweep.sweep() == 0)
    }
  }

  private static func wakeUp(isUrgent: Bool = false) -> WakeUp {
    WakeUp(account: Sample.bob, device: .first, isUrgent: isUrgent)
  }
}

extension TestStack {
  /// The wake-up sweep of a worker that holds every partition and does nothing else.
  fileprivate func sweep() async throws -> WakeUpSweep {
    let (name, _, worker) = try worker { $0.lease = .seconds(3_600) }
    _ = try await LeaseStore(postgres: postgres, worker: name, lease: .seconds(3_600)).claim(64)
    try await worker.leases.refresh()
    return worker.wakeUps
  }
}
