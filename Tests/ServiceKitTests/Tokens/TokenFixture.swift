// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import JWTKit
import Postgres
import ServiceKit
import TestSupport
import Wire

/// A key in the table `token_keys`, and tokens signed with it.
struct TokenFixture {
  let keyID: String
  let key = Curve25519.Signing.PrivateKey()

  init(keyID: String = "key-" + [UInt8].random(count: 4).hexadecimal) {
    self.keyID = keyID
  }

  /// - Parameter seconds: until the key expires.
  func publish(in stack: TestStack, expiresIn seconds: Int64 = 3_600) async throws {
    let now = Int64(systemMilliseconds()) * 1_000
    let publicKey = Array(key.publicKey.rawRepresentation)
    _ = try await stack.postgres.withConnection { [keyID] connection in
      try connection.execute(
        """
        INSERT INTO token_keys (kid, public_key, sealed_private_key, not_before, signs_until, expires_at)
        VALUES ($1, $2, $3, $4, $5, $5)
        """, .text(keyID), .bytes(publicKey), .bytes([UInt8](repeating: 1, count: 60)), .timestamp(microseconds: now),
        .timestamp(microseconds: now + seconds * 1_000_000))
    }
  }

  func token(
    issuer: String = TestStack.domain, issuedAt: UInt64 = systemMilliseconds() / 1_000, lifetime: UInt64 = 900
  ) -> AccessToken {
    AccessToken(
      account: AccountID(Identifier128(high: 0x0123_4567_89AB_4DEF, low: 0x8000_0000_0000_0001)), device: .first,
      session: Identifier128(high: 3, low: 4), issuedAt: issuedAt, expiry: issuedAt + lifetime, issuer: issuer)
  }

  func sign(_ token: AccessToken) async throws -> String {
    try await AccessTokenSigner(keyID: keyID, key: key).sign(token)
  }

  /// A token with any header and claims, signed by Ed25519.
  func forge(header: String, claims: String) throws -> String {
    let input = Self.encode(Array(header.utf8)) + "." + Self.encode(Array(claims.utf8))
    return input + "." + Self.encode(Array(try key.signature(for: Data(input.utf8))))
  }

  /// base64url without padding (RFC 7515, section 2).
  static func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
