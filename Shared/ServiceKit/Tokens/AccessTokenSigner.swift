// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Crypto
import JWTKit

/// Signs access tokens with one Ed25519 key.
public struct AccessTokenSigner: Sendable {
  public let keyID: String
  private let key: EdDSA.PrivateKey

  /// - Parameter keyID: the `kid` under which the public half stands in the table `token_keys`.
  public init(keyID: String, key: Curve25519.Signing.PrivateKey) {
    self.keyID = keyID
    self.key = EdDSA.PrivateKey(backing: key)
  }

  /// - Returns: the compact form (RFC 7515, section 7.1), well under `WireLimits.tokenBytes`.
  public func sign(_ token: AccessToken) async throws -> String {
    let kid = JWKIdentifier(string: keyID)
    return try await JWTKeyCollection().add(eddsa: key, kid: kid).sign(AccessTokenClaims(token), kid: kid)
  }
}
