// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import ServiceKit

/// 32 random bytes, good for one use.
///
/// The first 16, the selector, stay the same for a family and find its row; the rest change at each use. So a family
/// is one row however often it is refreshed, and a token that was used before is known by its selector alone.
struct RefreshToken: Sendable {
  static let selectorBytes = 16
  static let encodedBytes = 32

  let bytes: [UInt8]

  /// Nil unless there are 32 bytes.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.encodedBytes else { return nil }
    self.bytes = bytes
  }

  private init(selector: some Sequence<UInt8>) {
    bytes = selector + .random(count: Self.encodedBytes - Self.selectorBytes)
  }

  /// The first token of a new family.
  static func first() -> RefreshToken { RefreshToken(selector: [UInt8].random(count: selectorBytes)) }

  /// The token that replaces this one.
  func successor() -> RefreshToken { RefreshToken(selector: bytes.prefix(Self.selectorBytes)) }

  /// SHA-256 of the selector.
  var selectorHash: [UInt8] { Array(SHA256.hash(data: bytes.prefix(Self.selectorBytes))) }

  /// SHA-256 of the whole token. The token is random, so a plain hash keeps it secret.
  var hash: [UInt8] { Array(SHA256.hash(data: bytes)) }
}
