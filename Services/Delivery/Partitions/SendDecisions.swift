// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Decides the sends of one batch in order, and numbers what is accepted.
///
/// Each decision sees the ones before it: two sends to a device get consecutive numbers, a repetition within the batch
/// gets the answer of the first, a mailbox fills up.
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
  /// Messages that may wait for one device.
  private let mailboxLimit: UInt64

  init(facts: MailboxFacts, mailboxLimit: UInt64) {
    self.facts = facts
    self.mailboxLimit = mailboxLimit
  }

  mutating func decide(_ incoming: IncomingSend) -> Outcome {
    let send = incoming.send
    // Before anything else: what was accepted stays accepted, whatever has changed since.
    if let acceptedAt = facts.accepted[incoming.key] { return .repeated(at: acceptedAt) }
    guard var recipient = facts.recipients[send.recipient] else { return .refused(Failure(.recipientUnknown)) }
    guard isCurrent(incoming, recipient) else {
      return .refused(Failure(.staleDeviceList, deviceListNumber: recipient.deviceListNumber))
    }
    guard send.envelopes.allSatisfy({ (recipient.mailboxes[$0.device]?.waiting ?? 0) < mailboxLimit }) else {
      return .refused(Failure(.mailboxFull, retryAfterMilliseconds: Self.fullRetryMilliseconds))
    }
    let envelopes = send.envelopes.map { envelope in
      var mailbox = recipient.mailboxes[envelope.device] ?? MailboxFacts.Mailbox()
      mailbox.lastSequence += 1
      mailbox.waiting += 1
      recipient.mailboxes[envelope.device] = mailbox
      return StoredEnvelope(
        recipient: DeviceAddress(account: send.recipient, device: envelope.device), sequence: mailbox.lastSequence,
        sender: incoming.sender, message: send.message, acceptedAt: facts.now, kind: envelope.kind,
        isUrgent: send.isUrgent, ciphertext: envelope.ciphertext)
    }
    facts.recipients[send.recipient] = recipient
    facts.accepted[incoming.key] = facts.now
    return .accepted(at: facts.now, envelopes)
  }

  /// Whether there is exactly one envelope for each device of the current list, apart from the sending one.
  private func isCurrent(_ incoming: IncomingSend, _ recipient: MailboxFacts.Recipient) -> Bool {
    var devices = Set(recipient.mailboxes.keys)
    if incoming.sender.account == incoming.send.recipient { devices.remove(incoming.sender.device) }
    return incoming.send.deviceListNumber == recipient.deviceListNumber
      && devices == Set(incoming.send.envelopes.map(\.device))
  }
}
