// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The keys that auth derives from the token secret, one for each use (HKDF-SHA256, RFC 5869).
///
/// The label keeps the uses apart; the domain in it makes a challenge of one server worthless at another, even if
/// both were given the same secret.
struct AuthKeys: Sendable {
  /// Authenticates challenges (HMAC-SHA256).
  let challenge: SymmetricKey
  /// Seals the private halves of token keys (ChaCha20-Poly1305).
  let sealing: SymmetricKey
  /// Leads from a refresh token to the next (HMAC-SHA256).
  let refresh: SymmetricKey

  init(tokenSecret: SymmetricKey, domain: String) {
    challenge = Self.derive("Construct auth challenge v1", from: tokenSecret, domain: domain)
    sealing = Self.derive("Construct auth token key v1", from: tokenSecret, domain: domain)
    refresh = Self.derive("Construct auth refresh v1", from: tokenSecret, domain: domain)
  }

  private static func derive(_ label: String, from secret: SymmetricKey, domain: String) -> SymmetricKey {
    let info = Array(label.utf8) + [0] + Array(domain.utf8)
    return HKDF<SHA256>.deriveKey(inputKeyMaterial: secret, info: info, outputByteCount: 32)
  }
}
