// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

/// The table `account_changes`: changes of device lists that the owners of partitions have not been told of yet.
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
      ON CONFLICT (account) DO UPDATE SET device_list_number = EXCLUDED.device_list_number, changed_at = now()
      """, .uuid(account.bytes), .int64(Int64(number)))
  }

  /// The oldest changes that are not announced, at most `limit`.
  static func pending(limit: Int, on connection: borrowing PostgresConnection) throws -> [Change] {
    let rows = try connection.query(
      "SELECT account, device_list_number FROM account_changes ORDER BY changed_at LIMIT $1", .int64(Int64(limit)))
    var changes: [Change] = []
    for row in rows {
      guard let account = AccountID(bytes: try row.uuid("account")) else { throw Failure(.internalError) }
      changes.append(Change(account: account, number: try row.int64("device_list_number").magnitude))
    }
    return changes
  }

  /// Forgets a change that was announced, unless a later one has taken its place.
  static func delete(_ change: Change, on connection: borrowing PostgresConnection) throws {
    try connection.execute(
      "DELETE FROM account_changes WHERE account = $1 AND device_list_number <= $2",
      .uuid(change.account.bytes), .int64(Int64(change.number)))
  }
}
