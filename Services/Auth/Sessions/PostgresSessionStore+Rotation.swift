// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

extension PostgresSessionStore {
  enum Rotation: Equatable, Sendable {
    case rotated(Session)
    /// The token is unknown, has expired, or was used before; in the last case its family is now gone.
    case revoked
  }

  /// Replaces the current token of a family.
  ///
  /// The row is locked, so of two uses of one token the first succeeds, and the second, which finds another token in
  /// its place, ends the family (RFC 9700, section 4.14.2).
  func rotate(_ presented: RefreshToken, to next: RefreshToken) async throws -> Rotation {
    try await postgres.withTransaction { connection in
      let rows = try connection.query(
        """
        SELECT family, account, device, token_hash, expires_at > now() AS is_live
        FROM refresh_families WHERE selector_hash = $1 FOR UPDATE
        """, .bytes(presented.selectorHash))
      guard let row = rows.first else { return .revoked }
      guard let family = Identifier128(bytes: try row.uuid("family")) else { throw Failure(.internalError) }
      guard try row.bool("is_live"), try row.bytes("token_hash") == presented.hash,
        let account = AccountID(bytes: try row.uuid("account")),
        let device = DeviceID(try row.int32("device").magnitude)
      else {
        try connection.execute("DELETE FROM refresh_families WHERE family = $1", .uuid(family.bytes))
        return .revoked
      }
      let expiry = try replaceToken(of: family, with: next, on: connection)
      let address = DeviceAddress(account: account, device: device)
      return .rotated(Session(family: family, address: address, refreshExpiry: expiry))
    }
  }

  private func replaceToken(
    of family: Identifier128, with next: RefreshToken, on connection: borrowing PostgresConnection
  ) throws -> UInt64 {
    let rows = try connection.query(
      """
      UPDATE refresh_families SET token_hash = $2, expires_at = now() + make_interval(secs => $3)
      WHERE family = $1 RETURNING expires_at
      """, .uuid(family.bytes), .bytes(next.hash), .double(Double(lifetimeSeconds)))
    guard let row = rows.first else { throw Failure(.internalError) }
    return try row.milliseconds("expires_at")
  }

  /// - Returns: how many families have ended by time, at most `limit`.
  static func deleteExpired(limit: Int, on connection: borrowing PostgresConnection) throws -> Int {
    try connection.execute(
      """
      DELETE FROM refresh_families WHERE family IN (
        SELECT family FROM refresh_families WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)
      """, .int64(Int64(limit)))
  }
}
