// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Postgres
import Wire

/// The table `token_keys`, written under an advisory lock by whichever replica finds that a key is due.
struct TokenKeyTable: Sendable {
  /// The lock's name among advisory locks: “token” in ASCII.
  private static let lock: Int64 = 0x74_6F6B_656E
  /// A token may be verified by a clock that is a minute late.
  private static let graceMilliseconds: UInt64 = 60_000

  let postgres: PostgresPool
  let sealingKey: SymmetricKey
  let schedule: TokenKeySchedule
  let accessLifetimeSeconds: Int

  /// Makes the next key if it is due.
  /// - Returns: the keys that sign now or later and that this replica's token secret opens
  func rotate() async throws -> [TokenKey] {
    try await postgres.withTransaction { connection in
      _ = try connection.query("SELECT pg_advisory_xact_lock($1)", .int64(Self.lock))
      var keys = try current(on: connection)
      let now = try Self.now(on: connection)
      if let period = schedule.next(after: keys.map(\.period), at: now) {
        let key = TokenKey(privateKey: Curve25519.Signing.PrivateKey(), period: period)
        try insert(key, on: connection)
        keys.append(key)
      }
      try extendVerification(on: connection)
      return keys
    }
  }

  /// A longer access lifetime than before also lengthens the lives of the keys that sign.
  private func extendVerification(on connection: borrowing PostgresConnection) throws {
    try connection.execute(
      """
      UPDATE token_keys SET expires_at = signs_until + make_interval(secs => $1)
      WHERE signs_until > now() AND expires_at < signs_until + make_interval(secs => $1)
      """, .double(Double(verificationMilliseconds) / 1_000))
  }

  private var verificationMilliseconds: UInt64 { UInt64(accessLifetimeSeconds) * 1_000 + Self.graceMilliseconds }

  private func current(on connection: borrowing PostgresConnection) throws -> [TokenKey] {
    let rows = try connection.query(
      """
      SELECT kid, sealed_private_key, not_before, signs_until FROM token_keys
      WHERE signs_until > now() ORDER BY not_before
      """)
    var keys: [TokenKey] = []
    for row in rows {
      let period = TokenKeyPeriod(
        notBefore: try row.milliseconds("not_before"), signsUntil: try row.milliseconds("signs_until"))
      let sealed = try row.bytes("sealed_private_key")
      guard let key = TokenKey(sealed: sealed, kid: try row.text("kid"), period: period, under: sealingKey) else {
        continue
      }
      keys.append(key)
    }
    return keys
  }

  private static func now(on connection: borrowing PostgresConnection) throws -> UInt64 {
    guard let row = try connection.query("SELECT clock_timestamp() AS now").first else { throw Failure(.internalError) }
    return try row.milliseconds("now")
  }

  private func insert(_ key: TokenKey, on connection: borrowing PostgresConnection) throws {
    try connection.execute(
      """
      INSERT INTO token_keys (kid, public_key, sealed_private_key, not_before, signs_until, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      """,
      .text(key.kid), .bytes(key.publicKey), .bytes(try key.sealed(under: sealingKey)),
      Self.timestamp(key.period.notBefore), Self.timestamp(key.period.signsUntil),
      Self.timestamp(key.period.signsUntil + verificationMilliseconds))
  }

  private static func timestamp(_ milliseconds: UInt64) -> PostgresValue {
    .timestamp(microseconds: Int64(clamping: milliseconds) * 1_000)
  }

  /// The public keys that still verify, for those outside who want to.
  func published() async throws -> [(kid: String, publicKey: [UInt8])] {
    try await postgres.withConnection { connection in
      let rows = try connection.query(
        "SELECT kid, public_key FROM token_keys WHERE expires_at > now() ORDER BY not_before")
      var keys: [(kid: String, publicKey: [UInt8])] = []
      for row in rows { keys.append((try row.text("kid"), try row.bytes("public_key"))) }
      return keys
    }
  }

  /// - Returns: how many keys verify nothing any more, at most `limit`.
  static func deleteExpired(limit: Int, on connection: borrowing PostgresConnection) throws -> Int {
    try connection.execute(
      """
      DELETE FROM token_keys WHERE kid IN (
        SELECT kid FROM token_keys WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)
      """, .int64(Int64(limit)))
  }
}
