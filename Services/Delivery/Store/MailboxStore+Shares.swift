// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

extension MailboxStore {
  /// Keeps count of who has sent what waits in contested mailboxes; comes behind all else that writes them.
  func shares(_ writes: MailboxWrites) -> PostgresStatement {
    let envelopes = writes.envelopes.filter { writes.contested.contains($0.recipient) }
    return PostgresStatement(
      Self.keepShares, .uuidArray(envelopes.map(\.recipient.account.bytes)),
      .int32Array(envelopes.map(\.recipient.device.column)), .uuidArray(envelopes.map(\.sender.account.bytes)),
      .int64Array(envelopes.map { Int64($0.ciphertext.count) }), .int64(Int64(clamping: limits.uncountedMessages)),
      .int64(Int64(clamping: limits.uncountedBytes)))
  }

  /// Begins to count in mailboxes that have grown beyond the bound, by looking at all that waits there, what has just
  /// come included; adds what has come to those in which it was counted before. Every part sees the table as it was
  /// when the statement began, so that nothing is counted twice.
  private static let keepShares: StaticString = """
    WITH grown AS (
      SELECT account, device, sender, count(*) AS number, sum(bytes) AS bytes
      FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::bigint[]) AS row (account, device, sender, bytes)
      GROUP BY account, device, sender
    ), begun AS (
      UPDATE mailboxes m SET keeps_shares = true
      FROM (SELECT DISTINCT account, device FROM grown) AS asked
      WHERE m.account = asked.account AND m.device = asked.device AND NOT m.keeps_shares
        AND (m.waiting > $5 OR m.waiting_bytes > $6)
      RETURNING m.account, m.device
    )
    INSERT INTO mailbox_shares AS s (account, device, sender, waiting, waiting_bytes)
    SELECT e.account, e.device, e.sender, count(*), sum(octet_length(e.ciphertext))
    FROM begun JOIN envelopes e ON e.account = begun.account AND e.device = begun.device
    GROUP BY e.account, e.device, e.sender
    UNION ALL
    SELECT grown.* FROM grown
    JOIN mailboxes m ON m.account = grown.account AND m.device = grown.device AND m.keeps_shares
    ON CONFLICT (account, sender, device)
      DO UPDATE SET waiting = s.waiting + excluded.waiting, waiting_bytes = s.waiting_bytes + excluded.waiting_bytes
    """
}
