// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

/// Mailboxes whose devices are to be woken: messages wait in them and `wake_due` has passed.
///
/// Whatever became of an earlier wake-up, with its worker, in Redis, or at a provider: as long as messages wait, there is
/// a next one. The pause before it is as long as the newest message has waited, so that a device that is gone for good is
/// woken a dozen times in a month.
struct WakeUpStore: Sendable {
  /// Mailboxes of one step.
  static let page = 500
  /// How long an attached device may take to acknowledge before it is woken from here, in seconds; longer than
  /// `DeviceDelivery.Settings.patience`, after which its partition's owner does so.
  static let acknowledgementSeconds = 20
  /// The least pause between two wake-ups from here, in seconds.
  static let reminderSeconds = 600

  let postgres: PostgresPool
  let worker: String

  /// Seconds from a commit until the device is due.
  static func seconds(until state: MailboxWrites.WakeUpState) -> Int {
    switch state {
    case .awaitsAcknowledgement: acknowledgementSeconds
    case .handedOver: reminderSeconds
    case .owed: 0
    }
  }

  /// Who is due in a partition: at most `page` devices, in order, with whether the wake-up is urgent; nobody if the lease
  /// is lost.
  func due(
    _ partition: Partition, epoch: Int64, after last: DeviceAddress?
  ) async throws -> [(device: DeviceAddress, isUrgent: Bool)] {
    let account = last?.account.bytes ?? [UInt8](repeating: 0, count: 16)
    return try await postgres.withConnection { [worker] connection in
      let rows = try connection.query(
        Self.due, .int32(partition.column), .text(worker), .int64(epoch), .uuid(account),
        .int32(last?.device.column ?? 0), .int64(Int64(Self.page)))
      return try rows.map {
        (DeviceAddress(account: try $0.account(0), device: try $0.device(1)), try $0.bool(2))
      }
    }
  }

  /// These devices were woken.
  func woken(_ devices: [DeviceAddress], in partition: Partition, epoch: Int64) async throws {
    try await postgres.withConnection { [worker] connection in
      _ = try connection.execute(
        Self.woken, .int32(partition.column), .text(worker), .int64(epoch),
        .uuidArray(devices.map(\.account.bytes)), .int32Array(devices.map(\.device.column)),
        .int64(Int64(Self.reminderSeconds)))
    }
  }

  private static let due: StaticString = """
    SELECT m.account, m.device, newest.is_urgent
    FROM partitions p
    JOIN mailboxes m ON m.partition = p.partition
    JOIN devices d ON d.account = m.account AND d.device = m.device
    CROSS JOIN LATERAL (
      SELECT coalesce(bool_or(last.is_urgent), false) AS is_urgent
      FROM (
        SELECT e.is_urgent FROM envelopes e WHERE e.account = m.account AND e.device = m.device
        ORDER BY e.sequence DESC LIMIT 20
      ) AS last
    ) AS newest
    WHERE p.partition = $1 AND p.owner = $2 AND p.epoch = $3 AND (m.account, m.device) > ($4, $5)
      AND m.waiting > 0 AND m.wake_due <= now()
    ORDER BY m.account, m.device LIMIT $6
    """

  private static let woken: StaticString = """
    WITH held AS MATERIALIZED (
      SELECT partition FROM partitions WHERE partition = $1 AND owner = $2 AND epoch = $3 FOR NO KEY UPDATE
    )
    UPDATE mailboxes m SET wake_due = now() + greatest($6 * interval '1 second', now() - to_timestamp((
      SELECT e.accepted_at FROM envelopes e WHERE e.account = m.account AND e.device = m.device
      ORDER BY e.sequence DESC LIMIT 1) / 1000.0))
    FROM held, unnest($4::uuid[], $5::int[]) AS woken (account, device)
    WHERE m.account = woken.account AND m.device = woken.device
    """
}
