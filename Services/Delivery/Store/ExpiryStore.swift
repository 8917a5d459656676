// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

/// Deletion of what nobody waits for any more, in steps of bounded size.
///
/// Within a mailbox the order of the sequence is the order of expiry, so a look at the first row tells whether there is
/// anything to delete. Each step locks the partition and does nothing if its lease has gone to somebody else.
struct ExpiryStore: Sendable {
  /// Mailboxes that one step looks at.
  static let mailboxes = 200
  /// Rows that one step deletes of each of them.
  static let rows = 50
  /// Records of accepted messages that one step deletes.
  static let records = 1_000

  let postgres: PostgresPool
  let worker: String

  /// How far a sweep of one partition has come.
  struct Cursor: Sendable, Equatable {
    var account: [UInt8] = [UInt8](repeating: 0, count: 16)
    var device: Int32 = 0
  }

  struct Step: Sendable, Equatable {
    /// Messages that were deleted.
    let deleted: Int
    /// Where to go on; nil at the end of the partition, or if the lease is lost.
    let next: Cursor?
  }

  /// Deletes expired messages, and everything of devices that are no longer in their account's list.
  func sweep(_ partition: Partition, epoch: Int64, after cursor: Cursor) async throws -> Step {
    let parameters: [PostgresValue] = [
      .int32(partition.column), .text(worker), .int64(epoch), .uuid(cursor.account), .int32(cursor.device),
      .int64(Int64(Self.mailboxes)), .int64(Int64(Self.rows)),
    ]
    // The lock comes in a statement of its own: the next one then sees what a commit has done that held it before.
    var statements = [
      PostgresStatement(Self.lock, Array(parameters.prefix(3))), PostgresStatement(Self.sweep, parameters),
    ]
    // Reads the whole partition, so it goes with the first step alone.
    if cursor == Cursor() { statements.append(PostgresStatement(Self.forgetRemoved, Array(parameters.prefix(3)))) }
    return try await postgres.withConnection { [statements] connection in
      let outcomes = try connection.pipeline(statements)
      guard let row = outcomes[1].rows.first else { return Step(deleted: 0, next: nil) }
      let deleted = Int(try row.int64(0))
      // A mailbox that had more than one step may delete is looked at again.
      if try row.bool(1) { return Step(deleted: deleted, next: cursor) }
      guard try row.int64(2) == Int64(Self.mailboxes), try !row.isNull(3) else {
        return Step(deleted: deleted, next: nil)
      }
      return Step(deleted: deleted, next: Cursor(account: try row.uuid(3), device: try row.int32(4)))
    }
  }

  /// Deletes records by which repetitions are known, once they are so many days old, of all partitions. It needs no lease:
  /// forgetting such a record is as safe for its owner as for anybody.
  /// - Returns: how many were deleted; fewer than `records` when there are no more.
  func forgetAccepted(olderThanDays days: Int) async throws -> Int {
    try await postgres.withConnection { connection in
      try connection.execute(Self.forgetAccepted, .int64(Int64(Self.records)), .int32(Int32(days)))
    }
  }

  private static let lock: StaticString = """
    SELECT partition FROM partitions WHERE partition = $1 AND owner = $2 AND epoch = $3 FOR NO KEY UPDATE
    """

  private static let sweep: StaticString = """
    WITH held AS MATERIALIZED (
      SELECT partition FROM partitions WHERE partition = $1 AND owner = $2 AND epoch = $3 FOR NO KEY UPDATE
    ), looked AS MATERIALIZED (
      SELECT m.account, m.device, m.waiting, d.device IS NULL AS is_removed
      FROM held JOIN mailboxes m ON m.partition = held.partition
      LEFT JOIN devices d ON d.account = m.account AND d.device = m.device
      WHERE (m.account, m.device) > ($4, $5)
      ORDER BY m.account, m.device LIMIT $6
    ), old AS MATERIALIZED (
      SELECT looked.account, looked.device, row.sequence
      FROM looked
      JOIN LATERAL (
        SELECT e.expires_at FROM envelopes e WHERE e.account = looked.account AND e.device = looked.device
        ORDER BY e.sequence LIMIT 1
      ) AS head ON head.expires_at < now() OR looked.is_removed
      JOIN LATERAL (
        SELECT e.sequence, e.expires_at FROM envelopes e WHERE e.account = looked.account AND e.device = looked.device
        ORDER BY e.sequence LIMIT $7
      ) AS row ON row.expires_at < now() OR looked.is_removed
      WHERE looked.waiting > 0 OR looked.is_removed
    ), gone AS (
      DELETE FROM envelopes e USING old
      WHERE e.account = old.account AND e.device = old.device AND e.sequence = old.sequence
      RETURNING e.account, e.device, e.sender, octet_length(e.ciphertext) AS bytes
    ), freed AS (
      SELECT account, device, sender, count(*) AS number, sum(bytes) AS bytes
      FROM gone WHERE EXISTS (SELECT FROM mailbox_shares) GROUP BY account, device, sender
    ), shrunk AS (
      UPDATE mailbox_shares s SET waiting = s.waiting - freed.number, waiting_bytes = s.waiting_bytes - freed.bytes
      FROM freed WHERE s.account = freed.account AND s.sender = freed.sender AND s.device = freed.device
        AND s.waiting > freed.number
    ), emptied AS (
      DELETE FROM mailbox_shares s USING freed
      WHERE s.account = freed.account AND s.sender = freed.sender AND s.device = freed.device
        AND s.waiting <= freed.number
    ), counted AS (
      SELECT account, device, count(*) AS number, sum(bytes) AS bytes FROM gone GROUP BY account, device
    ), updated AS (
      UPDATE mailboxes m SET waiting = m.waiting - counted.number, waiting_bytes = m.waiting_bytes - counted.bytes,
        keeps_shares = m.keeps_shares AND m.waiting > counted.number
      FROM counted WHERE m.account = counted.account AND m.device = counted.device
    )
    SELECT (SELECT count(*) FROM gone), coalesce((SELECT max(number) FROM counted) >= $7, false),
      (SELECT count(*) FROM looked), last.account, last.device
    FROM held LEFT JOIN (SELECT account, device FROM looked ORDER BY account DESC, device DESC LIMIT 1) AS last ON true
    """

  private static let forgetRemoved: StaticString = """
    WITH held AS MATERIALIZED (
      SELECT partition FROM partitions WHERE partition = $1 AND owner = $2 AND epoch = $3 FOR NO KEY UPDATE
    )
    DELETE FROM mailboxes m USING held
    WHERE m.partition = held.partition
      AND NOT EXISTS (SELECT FROM devices d WHERE d.account = m.account AND d.device = m.device)
      AND NOT EXISTS (SELECT FROM envelopes e WHERE e.account = m.account AND e.device = m.device)
    """

  private static let forgetAccepted: StaticString = """
    DELETE FROM accepted_messages WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM accepted_messages
      WHERE accepted_at < (extract(epoch FROM now() - make_interval(days => $2)) * 1000)::bigint
      ORDER BY accepted_at LIMIT $1))
    """
}
