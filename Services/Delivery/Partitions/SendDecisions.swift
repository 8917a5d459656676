// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Decides the sends of one batch in order, and numbers what is accepted.
///
/// Each decision sees the ones before it: two sends to a device get consecutive numbers, a repetition within the batch
/// gets the answer of the first, a bucket empties and a mailbox fills up.
struct SendDecisions: Sendable {
  enum Outcome: Sendable, Equatable {
    /// New; it has no envelopes if its sender is the account's only device.
    case accepted(at: UInt64, [StoredEnvelope])
    /// Accepted before, then.
    case repeated(at: UInt64)
    case refused(Failure)
  }

  /// A client of a full mailbox shall not try more often than this.
  static let fullRetryMilliseconds: UInt64 = 60_000

  private var facts: MailboxFacts
  private let limits: SendLimits
  private let buckets: PairBuckets
  /// The buckets that are not as they were.
  private(set) var changedBuckets: [SenderPair: PairBucket] = [:]
  /// Mailboxes that have grown so far that it is counted who has sent what waits.
  private(set) var contested: Set<DeviceAddress> = []

  init(facts: MailboxFacts, limits: SendLimits, buckets: PairBuckets = PairBuckets()) {
    self.facts = facts
    self.limits = limits
    self.buckets = buckets
  }

  /// Microseconds since the Unix epoch.
  var now: UInt64 { facts.now * 1_000 }

  mutating func decide(_ incoming: IncomingSend) -> Outcome {
    let send = incoming.send
    // Before anything else: what was accepted stays accepted, whatever has changed since.
    if let acceptedAt = facts.accepted[incoming.key] { return .repeated(at: acceptedAt) }
    guard facts.senders.contains(incoming.sender) else { return .refused(Failure(.deviceUnknown)) }
    guard let recipient = facts.recipients[send.recipient] else { return .refused(Failure(.recipientUnknown)) }
    guard isCurrent(incoming, recipient) else {
      return .refused(Failure(.staleDeviceList, deviceListNumber: recipient.deviceListNumber))
    }
    let pair = SenderPair(recipient: send.recipient, sender: incoming.sender.account)
    var bucket = changedBuckets[pair] ?? buckets[pair]
    bucket.settle(limits.pair, at: now)
    // Copies to one's own devices are as many as all that one sends; the bound of the whole device holds for them.
    let empty = pair.isOwn ? 0 : bucket.emptyFor(limits.pair, at: now)
    let lack = lackOfRoom(for: incoming, recipient, pair)
    let wait = max(empty, bucket.closedFor(send.message, at: now))
    if lack != nil || wait > 0 {
      bucket.close(for: send.message, at: now)
      changedBuckets[pair] = bucket
      return .refused(lack ?? Self.slowDown(wait))
    }
    if !pair.isOwn { bucket.take(limits.pair, at: now) }
    bucket.open(for: send.message)
    changedBuckets[pair] = bucket
    return .accepted(at: facts.now, envelopes(of: incoming, recipient))
  }

  private static func slowDown(_ microseconds: UInt64) -> Failure {
    Failure(.rateLimited, retryAfterMilliseconds: (microseconds + 999) / 1_000)
  }

  /// Whether there is exactly one envelope for each device of the current list, apart from the sending one.
  private func isCurrent(_ incoming: IncomingSend, _ recipient: MailboxFacts.Recipient) -> Bool {
    var devices = Set(recipient.mailboxes.keys)
    if incoming.sender.account == incoming.send.recipient { devices.remove(incoming.sender.device) }
    return incoming.send.deviceListNumber == recipient.deviceListNumber
      && devices == Set(incoming.send.envelopes.map(\.device))
  }
}

extension SendDecisions {
  /// Why an envelope does not fit; nil if all do. An empty mailbox takes any message.
  private func lackOfRoom(
    for incoming: IncomingSend, _ recipient: MailboxFacts.Recipient, _ pair: SenderPair
  ) -> Failure? {
    var isShareFull = false
    for envelope in incoming.send.envelopes {
      let size = UInt64(envelope.ciphertext.count)
      let mailbox = recipient.mailboxes[envelope.device] ?? MailboxFacts.Mailbox()
      let hasRoom = mailbox.waiting < limits.messages && mailbox.waitingBytes + size <= limits.bytes
      guard hasRoom || mailbox.waiting == 0 else {
        return Failure(.mailboxFull, retryAfterMilliseconds: Self.fullRetryMilliseconds)
      }
      guard !pair.isOwn, let share = facts.shares[Self.share(of: incoming, in: envelope.device)] else { continue }
      let fits = share.waiting < limits.shareOfMessages && share.waitingBytes + size <= limits.shareOfBytes
      isShareFull = isShareFull || !(fits || share.waiting == 0)
    }
    return isShareFull ? Failure(.senderShareFull, retryAfterMilliseconds: Self.fullRetryMilliseconds) : nil
  }

  private static func share(of incoming: IncomingSend, in device: DeviceID) -> MailboxFacts.ShareKey {
    MailboxFacts.ShareKey(
      mailbox: DeviceAddress(account: incoming.send.recipient, device: device), sender: incoming.sender.account)
  }

  /// Numbers the envelopes of a message that is accepted.
  private mutating func envelopes(
    of incoming: IncomingSend, _ before: MailboxFacts.Recipient
  ) -> [StoredEnvelope] {
    let send = incoming.send
    var recipient = before
    var envelopes: [StoredEnvelope] = []
    for envelope in send.envelopes {
      let size = UInt64(envelope.ciphertext.count)
      var mailbox = recipient.mailboxes[envelope.device] ?? MailboxFacts.Mailbox()
      mailbox.lastSequence += 1
      mailbox.waiting += 1
      mailbox.waitingBytes += size
      recipient.mailboxes[envelope.device] = mailbox
      let share = Self.share(of: incoming, in: envelope.device)
      facts.shares[share, default: MailboxFacts.Share()].waiting += 1
      facts.shares[share, default: MailboxFacts.Share()].waitingBytes += size
      if mailbox.keepsShares || mailbox.waiting > limits.uncountedMessages
        || mailbox.waitingBytes > limits.uncountedBytes
      {
        contested.insert(share.mailbox)
      }
      envelopes.append(
        StoredEnvelope(
          recipient: share.mailbox, sequence: mailbox.lastSequence, sender: incoming.sender, message: send.message,
          acceptedAt: facts.now, kind: envelope.kind, isUrgent: send.isUrgent, ciphertext: envelope.ciphertext))
    }
    facts.recipients[send.recipient] = recipient
    facts.accepted[incoming.key] = facts.now
    return envelopes
  }
}
