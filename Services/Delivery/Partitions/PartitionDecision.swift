// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// What the commands of one partition's batch come to: first what is written, and once that is committed, what
/// follows from it, in the order of the commands.
struct PartitionDecision: Sendable, Equatable {
  enum Step: Sendable, Equatable {
    case accepted(ReplyAddress, MessageID, at: UInt64, [StoredEnvelope])
    case repeated(ReplyAddress, MessageID, at: UInt64)
    case refused(ReplyAddress, Failure)
    case acknowledged(DeviceAddress, SequenceRanges)
    /// With the time of the authentication.
    case attached(DeviceAddress, DeviceConnection, UInt64)
    /// The account does not have the device any more, although its access token is still good.
    case unknown(DeviceConnection)
    case detached(DeviceAddress, DeviceConnection)
    /// The devices that the account has now.
    case changed(AccountID, Set<DeviceID>)
  }

  private(set) var steps: [Step] = []
  private(set) var writes = MailboxWrites()
  /// What is left of the buckets of those who have sent.
  private(set) var buckets: [SenderPair: PairBucket] = [:]
  /// Microseconds since the Unix epoch, by PostgreSQL's clock.
  let decidedAt: UInt64

  init(
    _ commands: [MailboxCommand], facts: MailboxFacts, limits: SendLimits, buckets known: PairBuckets = PairBuckets()
  ) {
    var sends = SendDecisions(facts: facts, limits: limits, buckets: known)
    decidedAt = sends.now
    steps.reserveCapacity(commands.count)
    for command in commands {
      switch command {
      case .send(let incoming): add(incoming, sends.decide(incoming))
      case .acknowledge(let device, let ranges):
        writes.acknowledge(device, ranges)
        steps.append(.acknowledged(device, ranges))
      case .attach(let device, let connection, let time):
        let isKnown = facts.recipients[device.account]?.mailboxes[device.device] != nil
        steps.append(isKnown ? .attached(device, connection, time) : .unknown(connection))
      case .detach(let device, let connection): steps.append(.detached(device, connection))
      case .accountChanged(let account):
        // Of an account that is gone, the note of the change is gone as well.
        if let recipient = facts.recipients[account] { writes.takeIn(account, list: recipient.deviceListNumber) }
        steps.append(.changed(account, Set(facts.recipients[account]?.mailboxes.keys.map { $0 } ?? [])))
      case .refuse(let reply, let code): steps.append(.refused(reply, Failure(code)))
      }
    }
    buckets = sends.changedBuckets
    writes.contested = sends.contested
  }

  private mutating func add(_ incoming: IncomingSend, _ outcome: SendDecisions.Outcome) {
    let message = incoming.send.message
    switch outcome {
    case .accepted(let time, let envelopes):
      writes.accept(incoming.key, at: time, envelopes)
      steps.append(.accepted(incoming.reply, message, at: time, envelopes))
    case .repeated(let time): steps.append(.repeated(incoming.reply, message, at: time))
    case .refused(let failure): steps.append(.refused(incoming.reply, failure))
    }
  }
}

/// What one transaction writes into mailboxes.
struct MailboxWrites: Sendable, Equatable {
  /// The record by which a repetition of a message is known.
  struct AcceptedMessage: Sendable, Equatable {
    let key: MessageKey
    /// Milliseconds since the Unix epoch.
    let at: UInt64
  }

  /// What the transaction makes of one mailbox.
  struct Growth: Sendable, Equatable {
    var lastSequence: UInt64
    var added: UInt64 = 0
    var addedBytes: UInt64 = 0
    var wakeUp = WakeUpState.awaitsAcknowledgement
  }

  /// How a device hears of what is stored for it.
  enum WakeUpState: Sendable, Equatable {
    /// It is attached and will acknowledge soon, or else be woken.
    case awaitsAcknowledgement
    /// The push relay's queue has a wake-up for it.
    case handedOver
    /// The wake-up could not be handed over.
    case owed
  }

  /// In the order in which they came; put in order once, for the whole batch.
  private var givenRanges: [DeviceAddress: [SequenceRange]] = [:]
  private(set) var envelopes: [StoredEnvelope] = []
  private(set) var growth: [DeviceAddress: Growth] = [:]
  private(set) var accepted: [AcceptedMessage] = []
  /// Changes of device lists that this transaction knows of, up to a list's number: they need no more announcing.
  private(set) var changes: [AccountID: UInt64] = [:]
  /// Mailboxes that have grown so far that it is counted who has sent what waits.
  var contested: Set<DeviceAddress> = []

  mutating func acknowledge(_ device: DeviceAddress, _ ranges: SequenceRanges) {
    givenRanges[device, default: []] += ranges.ranges
  }

  /// How many devices have acknowledged something.
  var acknowledgingDevices: Int { givenRanges.count }

  /// What each device has acknowledged, put in order.
  var acknowledged: [DeviceAddress: SequenceRanges] { givenRanges.mapValues { SequenceRanges($0) } }

  mutating func takeIn(_ account: AccountID, list number: UInt64) { changes[account] = number }

  mutating func accept(_ key: MessageKey, at time: UInt64, _ new: [StoredEnvelope]) {
    accepted.append(AcceptedMessage(key: key, at: time))
    envelopes += new
    for envelope in new {
      var grown = growth[envelope.recipient] ?? Growth(lastSequence: envelope.sequence)
      grown.lastSequence = envelope.sequence
      grown.added += 1
      grown.addedBytes += UInt64(envelope.ciphertext.count)
      growth[envelope.recipient] = grown
    }
  }

  /// Whom a wake-up is for, and whether it was handed over.
  mutating func wake(_ devices: some Sequence<DeviceAddress>, isHandedOver: Bool) {
    for device in devices { growth[device]?.wakeUp = isHandedOver ? .handedOver : .owed }
  }

  mutating func add(_ other: MailboxWrites) {
    // Two partitions have no mailbox in common.
    givenRanges.merge(other.givenRanges, uniquingKeysWith: +)
    growth.merge(other.growth) { _, new in new }
    envelopes += other.envelopes
    accepted += other.accepted
    contested.formUnion(other.contested)
    changes.merge(other.changes) { _, new in new }
  }
}
