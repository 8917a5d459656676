// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import ServiceKit
import Wire

extension PostgresSessionStore {
  enum Rotation: Sendable {
    /// With the token that is the current one now.
    case rotated(Session, RefreshToken)
    /// The token is unknown, has expired, or was used before; in the last case its family is now gone.
    case revoked
  }

  static let saltBytes = 16

  /// Replaces the current token of a family.
  ///
  /// The row is locked, so of two uses of one token the first succeeds, and the second, which finds another token in
  /// its place, ends the family (RFC 9700, section 4.14.2). Unless both are one request, handled twice because nobody
  /// could know that it had been handled: then both get the same answer.
  func rotate(_ presented: RefreshToken, for request: RequestDigest) async throws -> Rotation {
    try await postgres.withTransaction { connection in
      let rows = try connection.query(
        """
        SELECT family, account, device, token_hash, previous_hash, rotated_for, rotation_salt,
          expires_at, expires_at > now() AS is_live,
          (SELECT device_list_number FROM accounts WHERE accounts.account = refresh_families.account) AS list_number
        FROM refresh_families WHERE selector_hash = $1 FOR UPDATE
        """, .bytes(presented.selectorHash))
      guard let row = rows.first else { return .revoked }
      guard let family = Identifier128(bytes: try row.uuid("family")) else { throw Failure(.internalError) }
      guard try row.bool("is_live"), let account = AccountID(bytes: try row.uuid("account")),
        let device = DeviceID(try row.int32("device").magnitude)
      else { return try end(family, on: connection) }
      let address = DeviceAddress(account: account, device: device)
      let number = try row.int64("list_number").magnitude
      if try row.bytes("token_hash") == presented.hash {
        let salt = [UInt8].random(count: Self.saltBytes)
        let next = presented.successor(salt: salt, key: successorKey)
        let expiry = try replace(presented, of: family, with: next, salt, for: request, on: connection)
        return .rotated(
          Session(family: family, address: address, refreshExpiry: expiry, deviceListNumber: number), next)
      }
      guard try !row.isNull("rotated_for"), try row.bytes("rotated_for") == request.bytes,
        try row.bytes("previous_hash") == presented.hash
      else { return try end(family, on: connection) }
      let current = presented.successor(salt: try row.bytes("rotation_salt"), key: successorKey)
      // The key may have changed with the secret.
      guard try row.bytes("token_hash") == current.hash else { return try end(family, on: connection) }
      let expiry = try row.milliseconds("expires_at")
      return .rotated(
        Session(family: family, address: address, refreshExpiry: expiry, deviceListNumber: number), current)
    }
  }

  private func end(_ family: Identifier128, on connection: borrowing PostgresConnection) throws -> Rotation {
    try connection.execute("DELETE FROM refresh_families WHERE family = $1", .uuid(family.bytes))
    return .revoked
  }

  private func replace(
    _ presented: RefreshToken, of family: Identifier128, with next: RefreshToken, _ salt: [UInt8],
    for request: RequestDigest, on connection: borrowing PostgresConnection
  ) throws -> UInt64 {
    let rows = try connection.query(
      """
      UPDATE refresh_families SET token_hash = $2, expires_at = now() + make_interval(secs => $3),
        previous_hash = $4, rotated_for = $5, rotation_salt = $6
      WHERE family = $1 RETURNING expires_at
      """, .uuid(family.bytes), .bytes(next.hash), .double(Double(lifetimeSeconds)), .bytes(presented.hash),
      .bytes(request.bytes), .bytes(salt))
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
