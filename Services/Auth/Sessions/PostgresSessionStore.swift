// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Postgres
import ServiceKit
import Wire

/// The table `refresh_families`: one row for each login that can still be refreshed.
struct PostgresSessionStore: Sendable {
  /// Logins of one device that can be refreshed at one time; the oldest end when there would be more.
  static let familiesOfDevice = 4

  let postgres: PostgresPool
  let lifetimeSeconds: Int
  /// Leads from a refresh token to the next.
  let successorKey: SymmetricKey

  struct Session: Equatable, Sendable {
    /// Names the family; access tokens carry it.
    let family: Identifier128
    let address: DeviceAddress
    /// When its current refresh token ends, in milliseconds since the Unix epoch.
    let refreshExpiry: UInt64
    /// Of the account's current list.
    let deviceListNumber: UInt64
  }

  /// Redeems the login's challenge and begins a family with `token`, in one transaction.
  ///
  /// - Throws: `challengeUsed`; `signatureInvalid` if the device has been removed meanwhile
  func begin(_ login: VerifiedLogin, with token: RefreshToken) async throws -> Session {
    let family = Identifier128.random()
    return try await postgres.withTransaction { connection in
      guard try UsedChallengeTable.claim(login.challenge, on: connection) else { throw Failure(.challengeUsed) }
      let rows = try connection.query(
        """
        INSERT INTO refresh_families (family, account, device, selector_hash, token_hash, expires_at)
        SELECT $1, account, device, $2, $3, now() + make_interval(secs => $4)
        FROM devices WHERE account = $5 AND device = $6 AND signing_key = $7 FOR KEY SHARE
        RETURNING expires_at,
          (SELECT device_list_number FROM accounts WHERE accounts.account = refresh_families.account) AS list_number
        """,
        .uuid(family.bytes), .bytes(token.selectorHash), .bytes(token.hash), .double(Double(lifetimeSeconds)),
        .uuid(login.address.account.bytes), .int32(Int32(login.address.device.number)), .bytes(login.key.bytes))
      guard let row = rows.first else { throw Failure(.signatureInvalid) }
      try Self.endOldest(of: login.address, except: family, on: connection)
      return Session(
        family: family, address: login.address, refreshExpiry: try row.milliseconds("expires_at"),
        deviceListNumber: try row.int64("list_number").magnitude)
    }
  }

  private static func endOldest(
    of address: DeviceAddress, except family: Identifier128, on connection: borrowing PostgresConnection
  ) throws {
    try connection.execute(
      """
      DELETE FROM refresh_families WHERE family IN (
        SELECT family FROM refresh_families WHERE account = $1 AND device = $2 AND family <> $3
        ORDER BY created_at DESC, family OFFSET $4)
      """,
      .uuid(address.account.bytes), .int32(Int32(address.device.number)), .uuid(family.bytes),
      .int64(Int64(familiesOfDevice - 1)))
  }
}

extension PostgresRow {
  /// A `timestamptz` as milliseconds since the Unix epoch.
  func milliseconds(_ column: String) throws(PostgresError) -> UInt64 {
    UInt64(clamping: try timestampMicroseconds(column) / 1_000)
  }
}

extension Identifier128 {
  static func random() -> Identifier128 {
    var generator = SystemRandomNumberGenerator()
    return Identifier128(high: generator.next(), low: generator.next())
  }
}
