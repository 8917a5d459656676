// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

/// The table `account_changes`: changes of device lists that the owners of partitions have not taken in yet. They delete the
/// rows themselves.
enum AccountChangeTable {
  struct Change: Equatable, Sendable {
    let account: AccountID
    let number: UInt64
  }

  /// Notes a change in the transaction that makes it.
  static func note(_ account: AccountID, number: UInt64, on connection: borrowing PostgresConnection) throws {
    try connection.execute(
      """
      INSERT INTO account_changes (account, device_list_number) VALUES ($1, $2)
      ON CONFLICT (account) DO UPDATE SET device_list_number = EXCLUDED.device_list_number, changed_at = now(), announcements = 0,
        due_at = now()
      """, .uuid(account.bytes), .int64(Int64(number)))
  }

  /// Changes that are due to be announced, the longest due first, at most `limit`.
  static func pending(limit: Int, on connection: borrowing PostgresConnection) throws -> [Change] {
    let rows = try connection.query(
      "SELECT account, device_list_number FROM account_changes WHERE due_at <= now() ORDER BY due_at LIMIT $1",
      .int64(Int64(limit)))
    var changes: [Change] = []
    for row in rows {
      guard let account = AccountID(bytes: try row.uuid("account")) else { throw Failure(.internalError) }
      changes.append(Change(account: account, number: try row.int64("device_list_number").magnitude))
    }
    return changes
  }

  /// A change was announced; it is due again in 5 seconds, in twice that the next time, and so on up to an hour. A later
  /// change that has taken its place stays due at once.
  static func announced(_ change: Change, on connection: borrowing PostgresConnection) throws {
    try connection.execute(
      """
      UPDATE account_changes SET announcements = announcements + 1,
        due_at = now() + least(5 * 2 ^ least(announcements, 10), 3600) * interval '1 second'
      WHERE account = $1 AND device_list_number <= $2
      """, .uuid(change.account.bytes), .int64(Int64(change.number)))
  }
}
