// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// What must be known before a batch can be decided.
struct MailboxQuestions: Sendable, Equatable {
  /// Accounts that are sent to, of which a device attaches, or whose device list has changed.
  var accounts: Set<AccountID> = []
  /// Those that send.
  var senders: Set<DeviceAddress> = []
  var messages: Set<MessageKey> = []

  var isEmpty: Bool { accounts.isEmpty && messages.isEmpty }

  mutating func add(_ commands: [MailboxCommand]) {
    for command in commands {
      switch command {
      case .send(let incoming):
        accounts.insert(incoming.send.recipient)
        senders.insert(incoming.sender)
        messages.insert(incoming.key)
      case .accountChanged(let account): accounts.insert(account)
      case .attach(let device, _, _): accounts.insert(device.account)
      case .acknowledge, .detach, .refuse: break
      }
    }
  }
}

/// What the store said. It stays true until this worker's next commit as long as its leases hold, because nobody else
/// writes these rows; that they still hold is checked by the commit itself.
struct MailboxFacts: Sendable, Equatable {
  /// The state of one device's mailbox.
  struct Mailbox: Sendable, Equatable {
    /// The last sequence that was given; 0 for none.
    var lastSequence: UInt64 = 0
    /// Messages that wait.
    var waiting: UInt64 = 0
    /// Bytes of their ciphertexts.
    var waitingBytes: UInt64 = 0
    /// Whether it is counted who has sent them.
    var keepsShares = false
  }

  /// What waits in one mailbox from one account.
  struct Share: Sendable, Equatable {
    var waiting: UInt64 = 0
    var waitingBytes: UInt64 = 0
  }

  /// Whose share of which mailbox.
  struct ShareKey: Hashable, Sendable {
    let mailbox: DeviceAddress
    let sender: AccountID
  }

  /// An account as its current device list has it.
  struct Recipient: Sendable, Equatable {
    var deviceListNumber: UInt64
    var mailboxes: [DeviceID: Mailbox]
  }

  /// Milliseconds since the Unix epoch, by PostgreSQL's clock: when what is accepted now is accepted.
  var now: UInt64 = 0
  /// Accounts that exist.
  var recipients: [AccountID: Recipient] = [:]
  /// Senders that their account's list has now: a token outlives the removal of its device.
  var senders: Set<DeviceAddress> = []
  /// When messages were accepted that were accepted before, in milliseconds since the Unix epoch.
  var accepted: [MessageKey: UInt64] = [:]
  /// What waits from those who send now, of mailboxes in which that is counted.
  var shares: [ShareKey: Share] = [:]

  /// Adds what was asked later.
  mutating func add(_ later: MailboxFacts) {
    now = later.now
    recipients.merge(later.recipients) { _, new in new }
    senders.formUnion(later.senders)
    accepted.merge(later.accepted) { _, new in new }
    shares.merge(later.shares) { _, new in new }
  }
}
