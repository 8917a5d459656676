// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DeliveryService

@Suite("The decision over a message", .timeLimit(.minutes(3)))
struct SendDecisionsTests {
  private static func decide(_ send: Send, from sender: DeviceAddress = Sample.alice, _ facts: MailboxFacts)
    -> SendDecisions.Outcome
  {
    var facts = facts
    facts.senders.insert(sender)
    var decisions = SendDecisions(facts: facts, limits: .with(messages: 10))
    return decisions.decide(Sample.incoming(send, from: sender))
  }

  private static func sequences(_ outcome: SendDecisions.Outcome) -> [UInt64]? {
    guard case .accepted(_, let envelopes) = outcome else { return nil }
    return envelopes.map(\.sequence)
  }

  @Test("an accepted message gets the next number of each device, and PostgreSQL's time")
  func numbering() throws {
    let facts = Sample.facts(
      now: 5_000, mailboxes: [1: MailboxFacts.Mailbox(lastSequence: 41, waiting: 3), 2: MailboxFacts.Mailbox()])
    let send = Sample.send(1, devices: [1, 2], isUrgent: true)
    guard case .accepted(let time, let envelopes) = Self.decide(send, facts) else {
      Issue.record("it was not accepted")
      return
    }
    #expect(time == 5_000)
    #expect(envelopes.map(\.sequence) == [42, 1])
    #expect(envelopes.map(\.recipient) == [Sample.address(Sample.bob, 1), Sample.address(Sample.bob, 2)])
    #expect(envelopes.map(\.ciphertext) == send.envelopes.map(\.ciphertext))
    #expect(envelopes.allSatisfy { $0.sender == Sample.alice && $0.isUrgent && $0.acceptedAt == 5_000 })
  }

  @Test("messages of one batch are numbered one after the other")
  func batch() {
    var decisions = SendDecisions(facts: Sample.facts(), limits: .with(messages: 10))
    let numbers = (UInt64(1)...3).map { Self.sequences(decisions.decide(Sample.incoming(Sample.send($0)))) }
    #expect(numbers == [[1], [2], [3]])
  }

  @Test("a repetition in the same batch gets the same answer and no number")
  func repetition() {
    var decisions = SendDecisions(facts: Sample.facts(now: 9), limits: .with(messages: 10))
    _ = decisions.decide(Sample.incoming(Sample.send(1)))
    #expect(decisions.decide(Sample.incoming(Sample.send(1))) == .repeated(at: 9))
    #expect(Self.sequences(decisions.decide(Sample.incoming(Sample.send(2)))) == [2])
  }

  @Test("what was accepted stays accepted, even if the device list or the account is another since")
  func repetitionOfOld() {
    var facts = Sample.facts(list: 7)
    facts.accepted[Sample.incoming(Sample.send(1)).key] = 123
    #expect(Self.decide(Sample.send(1, list: 6), facts) == .repeated(at: 123))
    facts.recipients = [:]
    #expect(Self.decide(Sample.send(1, list: 6), facts) == .repeated(at: 123))
  }

  @Test("the same id from another device or to another account is another message")
  func keys() {
    let other = Sample.account(partition: 5, salt: 9)
    let twin = DeviceAddress(account: Sample.alice.account, device: DeviceID(2) ?? .first)
    var facts = Sample.facts(senders: [Sample.alice, twin])
    facts.recipients[other] = facts.recipients[Sample.bob]
    var decisions = SendDecisions(facts: facts, limits: .with(messages: 10))
    #expect(Self.sequences(decisions.decide(Sample.incoming(Sample.send(1)))) == [1])
    #expect(Self.sequences(decisions.decide(Sample.incoming(Sample.send(1), from: twin))) == [2])
    #expect(Self.sequences(decisions.decide(Sample.incoming(Sample.send(1, to: other)))) == [1])
  }

  @Test("a device that its account's list does not have any more sends nothing new, and hears of what it sent before")
  func removedSender() {
    let send = Sample.incoming(Sample.send(1))
    var facts = Sample.facts(senders: [])
    var decisions = SendDecisions(facts: facts, limits: .with(messages: 10))
    #expect(decisions.decide(send) == .refused(Failure(.deviceUnknown)))
    facts.accepted[send.key] = 123
    decisions = SendDecisions(facts: facts, limits: .with(messages: 10))
    #expect(decisions.decide(send) == .repeated(at: 123))
  }

  @Test("an unknown recipient is refused")
  func unknown() {
    #expect(Self.decide(Sample.send(1), MailboxFacts()) == .refused(Failure(.recipientUnknown)))
  }

  @Test(
    "envelopes that do not match the current list are refused with its number",
    arguments: [(6, [1, 2]), (8, [1, 2]), (7, [1]), (7, [1, 2, 3]), (7, [])] as [(UInt64, [UInt32])])
  func stale(list: UInt64, devices: [UInt32]) {
    let facts = Sample.facts(list: 7, mailboxes: [1: MailboxFacts.Mailbox(), 2: MailboxFacts.Mailbox()])
    #expect(
      Self.decide(Sample.send(1, devices: devices, list: list), facts)
        == .refused(Failure(.staleDeviceList, deviceListNumber: 7)))
  }

  @Test("a copy to one's own devices leaves out the one that sends")
  func ownDevices() {
    let facts = Sample.facts(mailboxes: [1: MailboxFacts.Mailbox(), 2: MailboxFacts.Mailbox()])
    let sender = Sample.address(Sample.bob, 2)
    #expect(Self.sequences(Self.decide(Sample.send(1, devices: [1]), from: sender, facts)) == [1])
    #expect(
      Self.decide(Sample.send(1, devices: [1, 2]), from: sender, facts)
        == .refused(Failure(.staleDeviceList, deviceListNumber: 1)))
    #expect(
      Self.sequences(Self.decide(Sample.send(1, devices: []), from: sender, Sample.facts(mailboxes: [2: .init()])))
        == [])
  }

  @Test("a mailbox takes as many as its limit and no more, also within a batch")
  func full() {
    let facts = Sample.facts(mailboxes: [1: MailboxFacts.Mailbox(lastSequence: 20, waiting: 9)])
    var decisions = SendDecisions(facts: facts, limits: .with(messages: 10))
    #expect(Self.sequences(decisions.decide(Sample.incoming(Sample.send(1)))) == [21])
    #expect(
      decisions.decide(Sample.incoming(Sample.send(2)))
        == .refused(Failure(.mailboxFull, retryAfterMilliseconds: SendDecisions.fullRetryMilliseconds)))
    #expect(decisions.decide(Sample.incoming(Sample.send(1))) == .repeated(at: facts.now))
  }

  @Test("a refused message leaves no trace among those after it")
  func refusedLeavesNothing() {
    let facts = Sample.facts(mailboxes: [
      1: MailboxFacts.Mailbox(), 2: MailboxFacts.Mailbox(lastSequence: 9, waiting: 10),
    ])
    let decision = PartitionDecision(
      [.send(Sample.incoming(Sample.send(1, devices: [1, 2])))], facts: facts, limits: .with(messages: 10))
    #expect(decision.writes == MailboxWrites())
    #expect(decision.steps.count == 1)
  }
}
