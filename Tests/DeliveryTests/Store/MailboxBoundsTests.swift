// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("The bookkeeping of how much waits, and from whom", .timeLimit(.minutes(3)))
struct MailboxBoundsTests {
  private static let phone = Sample.address(Sample.bob, 1)
  private static let senders = (UInt64(60)...63).map { Sample.address(Sample.account(partition: 9, salt: $0)) }
  /// Counted from more than 4 messages or 100 bytes on.
  private static let limits = SendLimits.with(messages: 32, bytes: 800, sharePercent: 25)

  /// One who has all partitions, and commits batch after batch.
  private final class Writer {
    let stack: TestStack
    let store: MailboxStore
    private var position: UInt64 = 0

    init(_ stack: TestStack, limits: SendLimits = MailboxBoundsTests.limits) async throws {
      self.stack = stack
      store = MailboxStore(postgres: stack.postgres, worker: "w", expiryDays: 30, limits: limits)
      _ = try await LeaseStore(postgres: stack.postgres, worker: "w", lease: .seconds(3_600)).claim(64)
    }

    @discardableResult
    func commit(_ commands: [MailboxCommand]) async throws -> [FailureCode?] {
      var questions = MailboxQuestions()
      questions.add(commands)
      let decision = PartitionDecision(commands, facts: try await store.facts(questions), limits: store.limits)
      let (from, to) = (position, position + 1)
      let advance = PartitionAdvance(
        partition: Partition(of: Sample.bob), epoch: 1, from: RedisStreamID(milliseconds: from, sequence: 0),
        to: RedisStreamID(milliseconds: to, sequence: 0))
      try await store.commit(decision.writes, advancing: [advance])
      position = to
      try await stack.expectExactBookkeeping()
      return decision.steps.map { if case .refused(_, let failure) = $0 { failure.code } else { nil } }
    }

    func expect(
      _ refusals: [FailureCode?], _ commands: MailboxCommand..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let found = try await commit(commands)
      #expect(found == refusals, sourceLocation: sourceLocation)
    }

    func shares() async throws -> Int64 {
      try await stack.postgres.withConnection {
        try $0.query("SELECT count(*) FROM mailbox_shares").first?.int64(0) ?? 0
      }
    }
  }

  private static func send(
    _ number: UInt64, _ sender: DeviceAddress, bytes: Int = 10, devices: [UInt32] = [1]
  ) -> MailboxCommand {
    let ciphertext = [UInt8](repeating: 7, count: bytes)
    return .send(Sample.incoming(Sample.send(number, devices: devices, ciphertext: ciphertext), from: sender))
  }

  private static func acknowledge(_ range: ClosedRange<UInt64>, _ device: DeviceAddress = phone) -> MailboxCommand {
    .acknowledge(device, SequenceRanges(Sample.ranges(range)))
  }

  private static func with(_ devices: [UInt32] = [1], _ body: (Writer) async throws -> Void) async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob, devices: devices)
      for sender in senders { try await stack.addAccount(sender.account, devices: [1, 2]) }
      try await body(try await Writer(stack))
    }
  }

  @Test("one account gets no more than its share, and everybody else's messages still come through")
  func share() async throws {
    try await Self.with { writer in
      let (mallory, alice) = (Self.senders[0], Self.senders[1])
      for number in UInt64(1)...8 { try await writer.expect([nil], Self.send(number, mallory)) }
      try await writer.expect([.senderShareFull, nil], Self.send(9, mallory), Self.send(1, alice))
      let tablet = DeviceAddress(account: mallory.account, device: DeviceID(2) ?? .first)
      try await writer.expect([.senderShareFull], Self.send(10, tablet))
      // A repetition of what was accepted.
      try await writer.expect([nil], Self.send(8, mallory))
      try await writer.expect([nil, nil], Self.acknowledge(3...3), Self.send(2, alice))
      try await writer.expect([nil], Self.send(9, mallory))
    }
  }

  @Test("bytes are bounded for the mailbox and for the share, and an empty mailbox takes any message")
  func bytes() async throws {
    try await Self.with { writer in
      try await writer.expect([nil], Self.send(1, Self.senders[0], bytes: 900))
      try await writer.expect([.mailboxFull], Self.send(1, Self.senders[1], bytes: 1))
      try await writer.commit([Self.acknowledge(1...1)])
      try await writer.expect([nil], Self.send(2, Self.senders[0], bytes: 150))
      try await writer.expect([.senderShareFull], Self.send(3, Self.senders[0], bytes: 51))
      try await writer.expect([nil], Self.send(4, Self.senders[0], bytes: 50))
      for (index, sender) in Self.senders.dropFirst().enumerated() {
        try await writer.expect([nil], Self.send(UInt64(index) + 10, sender, bytes: 200))
      }
      let late = Sample.address(Sample.account(partition: 9, salt: 90))
      try await writer.stack.addAccount(late.account)
      try await writer.expect([.mailboxFull], Self.send(1, late, bytes: 1))
    }
  }

  @Test("nobody is counted in a mailbox that is nearly empty, and the count ends when it is empty again")
  func begun() async throws {
    try await Self.with { writer in
      for number in UInt64(1)...4 { try await writer.commit([Self.send(number, Self.senders[Int(number % 2)])]) }
      #expect(try await writer.shares() == 0)
      try await writer.commit([Self.send(5, Self.senders[2])])
      #expect(try await writer.shares() == 3)
      try await writer.commit([Self.acknowledge(1...4)])
      #expect(try await writer.shares() == 1)
      try await writer.commit([Self.send(6, Self.senders[0])])
      #expect(try await writer.shares() == 2)
      try await writer.commit([Self.acknowledge(1...9), Self.send(7, Self.senders[0])])
      #expect(try await writer.shares() == 0, "emptied and begun anew in one transaction")
    }
  }

  @Test("whatever comes and goes in whatever order, the books agree with the messages", arguments: UInt64(1)...4)
  func random(seed: UInt64) async throws {
    try await Self.with([1, 2]) { writer in
      var random = SeededGenerator(state: seed)
      var number: UInt64 = 0
      for _ in 0..<60 {
        let commands = (0..<Int.random(in: 1...9, using: &random)).map { _ -> MailboxCommand in
          number += 1
          let device = Sample.address(Sample.bob, UInt32.random(in: 1...2, using: &random))
          let first = UInt64.random(in: 1...(number + 5), using: &random)
          return Int.random(in: 0...3, using: &random) == 0
            ? Self.acknowledge(first...(first + UInt64.random(in: 0...30, using: &random)), device)
            : Self.send(
              number, Self.senders[Int.random(in: 0...3, using: &random)], bytes: .random(in: 0...60, using: &random),
              devices: [1, 2])
        }
        try await writer.commit(commands)
      }
    }
  }

  @Test("what expires and what a removed device leaves goes out of the books")
  func expiry() async throws {
    try await Self.with([1, 2]) { writer in
      for number in UInt64(1)...8 {
        try await writer.commit([Self.send(number, Self.senders[Int(number) % 3], devices: [1, 2])])
      }
      #expect(try await writer.shares() == 6)
      try await writer.stack.sql("UPDATE envelopes SET expires_at = now() - interval '1 s' WHERE sequence <= 5")
      let expiry = ExpiryStore(postgres: writer.stack.postgres, worker: "w")
      let partition = Partition(of: Sample.bob)
      #expect(try await expiry.sweep(partition, epoch: 1, after: .init()).deleted == 10)
      try await writer.stack.expectExactBookkeeping()
      try await writer.stack.changeList(Sample.bob, devices: [1], list: 2)
      #expect(try await expiry.sweep(partition, epoch: 1, after: .init()).deleted == 3)
      try await writer.stack.expectExactBookkeeping()
      #expect(try await writer.stack.mailbox(Sample.address(Sample.bob, 2)) == nil)
      #expect(try await writer.shares() == 3)
    }
  }

  @Test("a commit under a lost lease leaves the books alone")
  func fenced() async throws {
    try await Self.with { writer in
      for number in UInt64(1)...6 { try await writer.commit([Self.send(number, Self.senders[0])]) }
      try await writer.stack.sql("UPDATE partitions SET epoch = epoch + 1")
      await #expect(throws: DeliveryError.fenced) { try await writer.commit([Self.send(7, Self.senders[0])]) }
      try await writer.stack.expectExactBookkeeping()
    }
  }
}

/// SplitMix64: a failing seed can be run again.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
