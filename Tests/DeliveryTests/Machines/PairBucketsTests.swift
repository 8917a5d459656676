// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DeliveryService

@Suite("The rate of one account's messages to another", .timeLimit(.minutes(3)))
struct PairBucketsTests {
  private static let mallory = Sample.address(Sample.account(partition: 3, salt: 40))

  /// A partition's owner and a clock that a test moves.
  private struct Stage {
    var owner = PartitionOwner(partition: Partition(of: Sample.bob))
    var limits = SendLimits(sharePercent: 100, pair: PairRate(burst: 3, minutely: 60))
    var now: UInt64 = 1_000_000
    private var last: UInt64 = 0

    /// Decides and applies a batch of messages with these numbers.
    mutating func send(
      _ numbers: UInt64..., from sender: DeviceAddress = Sample.alice, isCommitted: Bool = true,
      mailbox: MailboxFacts.Mailbox = .init(), accepted: [MessageKey: UInt64] = [:]
    ) -> [FailureCode?] {
      var facts = Sample.facts(now: now, mailboxes: [1: mailbox], senders: [sender])
      facts.accepted = accepted
      let decision = PartitionDecision(
        numbers.map { .send(Sample.incoming(Sample.send($0), from: sender)) }, facts: facts, limits: limits,
        buckets: owner.buckets)
      if isCommitted { _ = owner.apply(decision, at: .at(0)) }
      refusals = decision.steps.compactMap { if case .refused(_, let failure) = $0 { failure } else { nil } }
      return decision.steps.map { if case .refused(_, let failure) = $0 { failure.code } else { nil } }
    }

    private(set) var refusals: [Failure] = []
  }

  @Test("a burst passes, then one a second, and the sender hears when to come again")
  func burst() {
    var stage = Stage()
    #expect(stage.send(1, 2) == [nil, nil])
    #expect(stage.send(3, 4) == [nil, .rateLimited], "also over two batches")
    #expect(stage.refusals == [Failure(.rateLimited, retryAfterMilliseconds: 1_000)])
    stage.now += 999
    #expect(stage.send(4) == [.rateLimited])
    #expect(stage.refusals == [Failure(.rateLimited, retryAfterMilliseconds: 1)])
    stage.now += 1
    #expect(stage.send(4, 5) == [nil, .rateLimited])
    stage.now += 10_000
    #expect(stage.send(5, 6, 7, 8) == [nil, nil, nil, .rateLimited], "never more than the burst")
  }

  @Test("somebody else's messages to the same person are not held up, and all devices of a sender count together")
  func others() {
    var stage = Stage()
    #expect(stage.send(1, 2, 3, 4, from: Self.mallory) == [nil, nil, nil, .rateLimited])
    let tablet = DeviceAddress(account: Self.mallory.account, device: DeviceID(2) ?? .first)
    #expect(stage.send(5, from: tablet) == [.rateLimited])
    #expect(stage.send(1, 2, 3) == [nil, nil, nil])
  }

  @Test("copies to one's own devices are not counted")
  func ownDevices() {
    var stage = Stage()
    let own = Sample.address(Sample.bob, 2)
    for number in UInt64(1)...20 { #expect(stage.send(number, from: own) == [nil]) }
    #expect(stage.owner.buckets.count == 0)
  }

  @Test("a repetition of what was accepted is answered at the bound as well, and takes no token")
  func repetitions() {
    var stage = Stage()
    let known = [Sample.incoming(Sample.send(1)).key: UInt64(77)]
    #expect(stage.send(1, 1, 1, 1, 1, accepted: known) == [nil, nil, nil, nil, nil])
    #expect(stage.send(2, 3, 4, 5, 2, accepted: known) == [nil, nil, nil, .rateLimited, nil])
    #expect(stage.send(1, accepted: known) == [nil])
  }

  @Test("what is refused for another reason takes no token")
  func refusals() {
    var stage = Stage()
    stage.limits.messages = 1
    for _ in 0..<9 { #expect(stage.send(1, mailbox: .init(lastSequence: 9, waiting: 1)) == [.mailboxFull]) }
    stage.limits.messages = 10
    #expect(stage.send(1, 2, 3, 4) == [nil, nil, nil, .rateLimited])
  }

  @Test("a batch that is not committed takes no token")
  func uncommitted() {
    var stage = Stage()
    for _ in 0..<9 { #expect(stage.send(1, 2, 3, isCommitted: false) == [nil, nil, nil]) }
    #expect(stage.send(1, 2, 3) == [nil, nil, nil])
  }

  @Test("what was under way behind a refused message does not overtake it")
  func order() {
    var stage = Stage()
    #expect(stage.send(1, 2, 3) == [nil, nil, nil])
    stage.now += 900
    #expect(stage.send(4) == [.rateLimited])
    stage.now += 100
    #expect(stage.send(5) == [.rateLimited], "there is a token, but the fourth has to have it")
    #expect(stage.send(4) == [nil])
    #expect(stage.send(5) == [.rateLimited])
    stage.now += 1_000
    #expect(stage.send(5) == [nil])
  }

  @Test("the next one is not held up for ever by a message that never comes again")
  func givenUp() {
    var stage = Stage()
    #expect(stage.send(1, 2, 3, 4) == [nil, nil, nil, .rateLimited])
    stage.now += 1_000
    #expect(stage.send(5) == [nil])
  }

  @Test("a small message does not overtake a large one that the mailbox has no room for")
  func sizes() {
    var stage = Stage()
    stage.limits.bytes = 100
    let nearlyFull = MailboxFacts.Mailbox(lastSequence: 9, waiting: 1, waitingBytes: 90)
    let full = MailboxFacts.Mailbox(lastSequence: 9, waiting: 1, waitingBytes: 95)
    #expect(stage.send(1, mailbox: full) == [.mailboxFull])
    #expect(stage.send(2, mailbox: nearlyFull) == [.rateLimited])
    #expect(stage.send(1, 2, mailbox: .init()) == [nil, nil])
  }

  @Test("a clock that is set back locks nobody out for longer than an empty bucket does")
  func clockSetBack() {
    var stage = Stage()
    #expect(stage.send(1, 2, 3, 4) == [nil, nil, nil, .rateLimited])
    stage.now -= 900_000
    #expect(stage.send(4) == [.rateLimited])
    #expect((stage.refusals[0].retryAfterMilliseconds ?? .max) <= 1_000)
    stage.now += 1_000
    #expect(stage.send(4) == [nil])
  }

  @Test("buckets that are full again are forgotten, and there are never more than the bound")
  func memory() {
    var buckets = PairBuckets()
    func pair(_ number: UInt64) -> SenderPair {
      SenderPair(recipient: Sample.bob, sender: AccountID(Identifier128(high: 9, low: number)))
    }
    var taken = PairBucket()
    taken.take(PairRate(), at: 0)
    for number in 0..<UInt64(1_023) { buckets.keep([pair(number): taken], at: 0) }
    #expect(buckets.count == 1_023)
    buckets.keep([pair(5_000): taken], at: 999_999)
    #expect(buckets.count == 1_024)
    taken.take(PairRate(), at: 1_000_000)
    for number in 10_000..<UInt64(12_000) { buckets.keep([pair(number): taken], at: 1_000_000) }
    #expect(buckets.count == 2_000, "of the first nothing is left")
    for number in 20_000..<UInt64(60_000) { buckets.keep([pair(number): taken], at: 1_000_001) }
    #expect(buckets.count <= 2 * PairBuckets.capacity)
  }
}
