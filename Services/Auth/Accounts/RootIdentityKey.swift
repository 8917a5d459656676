// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// The public root identity key of an account, of a suite that is known and valid in it.
struct RootIdentityKey: Equatable, Sendable {
  let suite: UInt64
  let bytes: [UInt8]

  /// Throws `suiteUnsupported` or `keyInvalid`.
  init(suite: UInt64, bytes: [UInt8]) throws(Failure) {
    try IdentityKeyRule.checkSigningKey(bytes, suite: suite)
    self.suite = suite
    self.bytes = bytes
  }

  /// Throws `keyInvalid` for a signature of the wrong length and `signatureInvalid` for one that does not verify.
  func check(_ signature: [UInt8], over message: [UInt8]) throws(Failure) {
    guard signature.count == IdentitySignature.signatureBytes(suite) else { throw Failure(.keyInvalid) }
    guard IdentitySignature.isValid(signature: signature, message: message, key: bytes, suite: suite) else {
      throw Failure(.signatureInvalid)
    }
  }
}
