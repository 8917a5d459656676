// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

extension MailboxStore {
  /// What must be known to decide a batch, in one round trip, and another if a mailbox is contested.
  func facts(_ questions: MailboxQuestions) async throws -> MailboxFacts {
    guard !questions.isEmpty else { return MailboxFacts() }
    let messages = Array(questions.messages)
    let senders = Array(questions.senders)
    let statements = [
      PostgresStatement(Self.now),
      PostgresStatement(Self.recipients, .uuidArray(questions.accounts.map(\.bytes))),
      PostgresStatement(
        Self.known, .uuidArray(messages.map(\.recipient.bytes)), .uuidArray(messages.map(\.sender.account.bytes)),
        .int32Array(messages.map(\.sender.device.column)), .uuidArray(messages.map(\.message.bytes))),
      PostgresStatement(
        Self.senders, .uuidArray(senders.map(\.account.bytes)), .int32Array(senders.map(\.device.column))),
    ]
    return try await postgres.withConnection { connection in
      let outcomes = try connection.pipeline(statements)
      var facts = MailboxFacts()
      facts.now = try outcomes[0].rows.first?.natural(0) ?? 0
      facts.recipients = try Self.recipients(outcomes[1].rows)
      for row in outcomes[2].rows {
        guard let index = Int(exactly: try row.int64(0)), messages.indices.contains(index - 1) else {
          throw DeliveryError.corruptRow
        }
        facts.accepted[messages[index - 1]] = try row.natural(1)
      }
      facts.senders = try Set(
        outcomes[3].rows.map { DeviceAddress(account: try $0.account(0), device: try $0.device(1)) })
      let pairs = Set(messages.map { SenderPair(recipient: $0.recipient, sender: $0.sender.account) })
      let contested = pairs.filter { pair in
        facts.recipients[pair.recipient]?.mailboxes.values.contains { $0.keepsShares } ?? false
      }
      if !contested.isEmpty { facts.shares = try Self.shares(of: Array(contested), connection) }
      return facts
    }
  }

  private static func shares(
    of pairs: [SenderPair], _ connection: borrowing PostgresConnection
  ) throws -> [MailboxFacts.ShareKey: MailboxFacts.Share] {
    let rows = try connection.query(
      shares, .uuidArray(pairs.map(\.recipient.bytes)), .uuidArray(pairs.map(\.sender.bytes)))
    var shares: [MailboxFacts.ShareKey: MailboxFacts.Share] = [:]
    for row in rows {
      let mailbox = DeviceAddress(account: try row.account(0), device: try row.device(1))
      shares[MailboxFacts.ShareKey(mailbox: mailbox, sender: try row.account(2))] = MailboxFacts.Share(
        waiting: try row.natural(3), waitingBytes: try row.natural(4))
    }
    return shares
  }

  /// One row for each device, or a single one without a device for an account that has none.
  private static func recipients(_ rows: PostgresRows) throws -> [AccountID: MailboxFacts.Recipient] {
    var recipients: [AccountID: MailboxFacts.Recipient] = [:]
    for row in rows {
      let account = try row.account(0)
      var recipient =
        try recipients[account] ?? MailboxFacts.Recipient(deviceListNumber: row.natural(1), mailboxes: [:])
      if try !row.isNull(2) {
        recipient.mailboxes[try row.device(2)] = MailboxFacts.Mailbox(
          lastSequence: try row.natural(3), waiting: try row.natural(4), waitingBytes: try row.natural(5),
          keepsShares: try row.bool(6))
      }
      recipients[account] = recipient
    }
    return recipients
  }

  private static let now: StaticString = """
    SELECT (extract(epoch FROM now()) * 1000)::bigint
    """

  private static let recipients: StaticString = """
    SELECT a.account, a.device_list_number, d.device, coalesce(m.last_sequence, 0), coalesce(m.waiting, 0),
      coalesce(m.waiting_bytes, 0), coalesce(m.keeps_shares, false)
    FROM unnest($1::uuid[]) AS asked (account)
    JOIN accounts a ON a.account = asked.account
    LEFT JOIN devices d ON d.account = a.account
    LEFT JOIN mailboxes m ON m.account = d.account AND m.device = d.device
    """

  private static let senders: StaticString = """
    SELECT d.account, d.device FROM unnest($1::uuid[], $2::int[]) AS asked (account, device)
    JOIN devices d ON d.account = asked.account AND d.device = asked.device
    """

  private static let known: StaticString = """
    SELECT asked.ordinal, m.accepted_at
    FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[])
      WITH ORDINALITY AS asked (recipient, sender, sender_device, message, ordinal)
    JOIN accepted_messages m ON m.recipient = asked.recipient AND m.sender = asked.sender
      AND m.sender_device = asked.sender_device AND m.message = asked.message
    """

  private static let shares: StaticString = """
    SELECT s.account, s.device, s.sender, s.waiting, s.waiting_bytes
    FROM unnest($1::uuid[], $2::uuid[]) AS asked (recipient, sender)
    JOIN mailbox_shares s ON s.account = asked.recipient AND s.sender = asked.sender
    """
}
