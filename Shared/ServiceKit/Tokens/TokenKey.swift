// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Logging
import Postgres

/// The public half of a key that signs access tokens: a row of the table `token_keys`, which belongs to auth.
struct TokenKey: Sendable {
  /// The `kid`.
  let keyID: String
  let publicKey: Curve25519.Signing.PublicKey
  /// Milliseconds since the Unix epoch; no token that it has signed is valid then.
  let expiry: UInt64

  /// All keys that have not expired. A row that is no key is logged and passed over.
  static func load(from postgres: PostgresPool, logger: Logger) async throws -> [TokenKey] {
    try await postgres.withConnection { connection in
      try connection.query("SELECT kid, public_key, expires_at FROM token_keys WHERE expires_at > now()").compactMap {
        row in
        let keyID = try row.text(0)
        let expiry = UInt64(max(0, try row.timestampMicroseconds(2) / 1_000))
        do {
          let publicKey = try Curve25519.Signing.PublicKey(rawRepresentation: row.bytes(1))
          return TokenKey(keyID: keyID, publicKey: publicKey, expiry: expiry)
        } catch let error as PostgresError {
          throw error
        } catch {
          logger.error("a row of token_keys is no Ed25519 key", metadata: ["kid": "\(keyID)"])
          return nil
        }
      }
    }
  }
}
