// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import ServiceKit

/// An Ed25519 key pair that signs access tokens for a time.
struct TokenKey: Sendable {
  /// The first 16 bytes of the public key's SHA-256, as hexadecimal digits.
  let kid: String
  let privateKey: Curve25519.Signing.PrivateKey
  let period: TokenKeyPeriod

  init(privateKey: Curve25519.Signing.PrivateKey, period: TokenKeyPeriod) {
    kid = SHA256.hash(data: privateKey.publicKey.rawRepresentation).prefix(16).hexadecimal
    self.privateKey = privateKey
    self.period = period
  }

  var publicKey: [UInt8] { Array(privateKey.publicKey.rawRepresentation) }

  /// The private half under ChaCha20-Poly1305, bound to the kid: nonce (12), ciphertext (32), tag (16).
  func sealed(under key: SymmetricKey) throws -> [UInt8] {
    let box = try ChaChaPoly.seal(privateKey.rawRepresentation, using: key, authenticating: Array(kid.utf8))
    return Array(box.combined)
  }

  /// Nil when it was sealed under another key, or does not belong to the kid.
  init?(sealed: [UInt8], kid: String, period: TokenKeyPeriod, under key: SymmetricKey) {
    do {
      let box = try ChaChaPoly.SealedBox(combined: sealed)
      let raw = try ChaChaPoly.open(box, using: key, authenticating: Array(kid.utf8))
      self.init(privateKey: try Curve25519.Signing.PrivateKey(rawRepresentation: raw), period: period)
    } catch {
      return nil
    }
    guard self.kid == kid else { return nil }
  }
}
