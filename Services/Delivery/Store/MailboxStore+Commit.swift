// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

extension MailboxStore {
  /// The SQLSTATE that `advance_partitions` raises.
  private static let fencedState = "CD001"

  /// Writes a batch and the positions it reaches, in one transaction and one round trip.
  ///
  /// Acknowledgements come before new messages: one that names a number which is given only now removes nothing.
  /// - Throws: `DeliveryError.fenced`; `PostgresError`, of which `.connectionLost` leaves open if it was committed.
  func commit(_ writes: MailboxWrites, advancing advances: [PartitionAdvance]) async throws {
    var statements = [fence(advances)]
    if writes.acknowledgingDevices > 0 { statements.append(Self.acknowledgements(writes)) }
    if !writes.growth.isEmpty {
      statements.append(Self.growth(writes))
      statements.append(envelopes(writes))
    }
    if !writes.contested.isEmpty { statements.append(shares(writes)) }
    if !writes.accepted.isEmpty { statements.append(Self.accepted(writes)) }
    if !writes.changes.isEmpty { statements.append(Self.changes(writes)) }
    do {
      _ = try await postgres.withConnection { [statements] connection in try connection.pipeline(statements) }
    } catch let error as PostgresError where error.sqlState == Self.fencedState {
      throw DeliveryError.fenced
    }
  }

  private func fence(_ advances: [PartitionAdvance]) -> PostgresStatement {
    PostgresStatement(
      Self.fence, .text(worker), .int32Array(advances.map(\.partition.column)), .int64Array(advances.map(\.epoch)),
      .int64Array(advances.map(\.from.millisecondsColumn)), .int64Array(advances.map(\.from.sequenceColumn)),
      .int64Array(advances.map(\.to.millisecondsColumn)), .int64Array(advances.map(\.to.sequenceColumn)))
  }

  private static func acknowledgements(_ writes: MailboxWrites) -> PostgresStatement {
    var accounts: [[UInt8]] = []
    var devices: [Int32] = []
    var firsts: [Int64] = []
    var lasts: [Int64] = []
    for (address, ranges) in writes.acknowledged {
      for range in ranges.ranges {
        accounts.append(address.account.bytes)
        devices.append(address.device.column)
        firsts.append(Int64(clamping: range.first))
        lasts.append(Int64(clamping: range.last))
      }
    }
    return PostgresStatement(
      acknowledge, .uuidArray(accounts), .int32Array(devices), .int64Array(firsts), .int64Array(lasts),
      .int64(Int64(WakeUpStore.acknowledgementSeconds)))
  }

  private static func growth(_ writes: MailboxWrites) -> PostgresStatement {
    let growth = Array(writes.growth)
    return PostgresStatement(
      grow, .uuidArray(growth.map(\.key.account.bytes)), .int32Array(growth.map(\.key.device.column)),
      .int16Array(growth.map { Int16(Partition(of: $0.key.account).number) }),
      .int64Array(growth.map { Int64(clamping: $0.value.lastSequence) }),
      .int64Array(growth.map { Int64(clamping: $0.value.added) }),
      .int64Array(growth.map { Int64(clamping: $0.value.addedBytes) }),
      .int64Array(growth.map { Int64(WakeUpStore.seconds(until: $0.value.wakeUp)) }),
      .int64(Int64(WakeUpStore.reminderSeconds)))
  }

  private func envelopes(_ writes: MailboxWrites) -> PostgresStatement {
    let envelopes = writes.envelopes
    return PostgresStatement(
      Self.insert, .uuidArray(envelopes.map(\.recipient.account.bytes)),
      .int32Array(envelopes.map(\.recipient.device.column)),
      .int64Array(envelopes.map { Int64(clamping: $0.sequence) }), .uuidArray(envelopes.map(\.sender.account.bytes)),
      .int32Array(envelopes.map(\.sender.device.column)), .uuidArray(envelopes.map(\.message.bytes)),
      .int64Array(envelopes.map { Int64(clamping: $0.acceptedAt) }),
      .int16Array(envelopes.map { Int16($0.kind.rawValue) }), .boolArray(envelopes.map(\.isUrgent)),
      .bytesArray(envelopes.map { [UInt8]($0.ciphertext) }), .int32(Int32(expiryDays)))
  }

  private static func accepted(_ writes: MailboxWrites) -> PostgresStatement {
    let keys = writes.accepted.map(\.key)
    return PostgresStatement(
      remember, .uuidArray(keys.map(\.recipient.bytes)), .uuidArray(keys.map(\.sender.account.bytes)),
      .int32Array(keys.map(\.sender.device.column)), .uuidArray(keys.map(\.message.bytes)),
      .int64Array(writes.accepted.map { Int64(clamping: $0.at) }))
  }

  private static func changes(_ writes: MailboxWrites) -> PostgresStatement {
    let changes = Array(writes.changes)
    return PostgresStatement(
      takeIn, .uuidArray(changes.map(\.key.bytes)), .int64Array(changes.map { Int64(clamping: $0.value) }))
  }

  private static let fence: StaticString = """
    SELECT advance_partitions($1, $2, $3, $4, $5, $6, $7)
    """

  /// A device that acknowledges is there, so nothing is due to it for a while, however much is under way.
  /// While no mailbox anywhere is contested, nobody looks at who has sent what goes.
  private static let acknowledge: StaticString = """
    WITH gone AS (
      DELETE FROM envelopes e
      USING unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[]) AS range (account, device, first, last)
      WHERE e.account = range.account AND e.device = range.device AND e.sequence BETWEEN range.first AND range.last
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
    )
    UPDATE mailboxes m SET waiting = m.waiting - counted.number, waiting_bytes = m.waiting_bytes - counted.bytes,
      keeps_shares = m.keeps_shares AND m.waiting > counted.number,
      wake_due = greatest(m.wake_due, now() + $5 * interval '1 second')
    FROM (
      SELECT account, device, count(*) AS number, sum(bytes) AS bytes FROM gone GROUP BY account, device
    ) AS counted
    WHERE m.account = counted.account AND m.device = counted.device
    """

  /// What waits already keeps its own time, so that a stream of messages puts nothing off; only a wake-up that was handed
  /// over is for all of it.
  private static let grow: StaticString = """
    INSERT INTO mailboxes AS m (account, device, partition, last_sequence, waiting, waiting_bytes, wake_due)
    SELECT account, device, partition, last_sequence, added, bytes, now() + seconds * interval '1 second'
    FROM unnest($1::uuid[], $2::int[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
      AS row (account, device, partition, last_sequence, added, bytes, seconds)
    ON CONFLICT (account, device)
      DO UPDATE SET last_sequence = excluded.last_sequence, waiting = m.waiting + excluded.waiting,
        waiting_bytes = m.waiting_bytes + excluded.waiting_bytes,
        wake_due = CASE
          WHEN m.waiting = 0 OR excluded.wake_due >= now() + $8 * interval '1 second' THEN excluded.wake_due
          ELSE least(m.wake_due, excluded.wake_due)
        END
    """

  private static let insert: StaticString = """
    INSERT INTO envelopes (
      account, device, sequence, sender, sender_device, message, accepted_at, kind, is_urgent, ciphertext, expires_at)
    SELECT row.*, now() + $11 * interval '1 day'
    FROM unnest(
      $1::uuid[], $2::int[], $3::bigint[], $4::uuid[], $5::int[], $6::uuid[], $7::bigint[], $8::smallint[],
      $9::boolean[], $10::bytea[]) AS row
    """

  private static let takeIn: StaticString = """
    DELETE FROM account_changes c USING unnest($1::uuid[], $2::bigint[]) AS known (account, number)
    WHERE c.account = known.account AND c.device_list_number <= known.number
    """

  private static let remember: StaticString = """
    INSERT INTO accepted_messages (recipient, sender, sender_device, message, accepted_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::bigint[])
    """
}
