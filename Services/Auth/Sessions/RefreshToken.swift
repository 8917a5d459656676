// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import ServiceKit

/// 32 bytes that nobody can guess, good for one use.
///
/// The first 16, the selector, stay the same for a family and find its row; the rest change at each use. So a family
/// is one row however often it is refreshed, and a token that was used before is known by its selector alone.
/// The rest of a successor is a MAC of its predecessor and a random salt, so that a replica that was given the salt can
/// repeat an answer without the token being kept anywhere.
struct RefreshToken: Sendable {
  static let selectorBytes = 16
  static let encodedBytes = 32

  let bytes: [UInt8]

  /// Nil unless there are 32 bytes.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.encodedBytes else { return nil }
    self.bytes = bytes
  }

  private init(unchecked bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The first token of a new family.
  static func first() -> RefreshToken {
    RefreshToken(unchecked: .random(count: encodedBytes))
  }

  /// The token that replaces this one, the same for the same salt.
  func successor(salt: [UInt8], key: SymmetricKey) -> RefreshToken {
    let code = HMAC<SHA256>.authenticationCode(for: bytes + salt, using: key)
    let rest = Array(code).prefix(Self.encodedBytes - Self.selectorBytes)
    return RefreshToken(unchecked: Array(bytes[..<Self.selectorBytes] + rest))
  }

  /// SHA-256 of the selector.
  var selectorHash: [UInt8] { Array(SHA256.hash(data: bytes.prefix(Self.selectorBytes))) }

  /// SHA-256 of the whole token. The token is random, so a plain hash keeps it secret.
  var hash: [UInt8] { Array(SHA256.hash(data: bytes)) }
}
