// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres

/// The public half of a key that signs access tokens: a row of the table `token_keys`, which belongs to auth.
struct TokenKey: Sendable, Equatable {
  /// The `kid`.
  let keyID: String
  /// 32 bytes, Ed25519.
  let publicKey: [UInt8]
  /// Milliseconds since the Unix epoch; no token that it has signed is valid then.
  let expiry: UInt64

  static func load(from postgres: PostgresPool) async throws -> [TokenKey] {
    try await postgres.withConnection { connection in
      try connection.query("SELECT kid, public_key, expires_at FROM token_keys WHERE expires_at > now()").map { row in
        TokenKey(
          keyID: try row.text(0), publicKey: try row.bytes(1),
          expiry: UInt64(max(0, try row.timestampMicroseconds(2) / 1_000)))
      }
    }
  }
}
