// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// What auth asks of every identity key and signature that a client sends.
enum IdentityKeyRule {
  /// Throws `suiteUnsupported`, or `keyInvalid` for a wrong length or a key that is none.
  static func checkSigningKey(_ key: [UInt8], suite: UInt64) throws(Failure) {
    guard IdentitySignature.isSupported(suite) else { throw Failure(.suiteUnsupported) }
    guard IdentitySignature.isValidSigningKey(key, suite: suite) else { throw Failure(.keyInvalid) }
  }

  /// Throws `suiteUnsupported`, or `keyInvalid` for a wrong length or a key that is none.
  static func checkAgreementKey(_ key: [UInt8], suite: UInt64) throws(Failure) {
    guard IdentitySignature.isSupported(suite) else { throw Failure(.suiteUnsupported) }
    guard IdentitySignature.isValidAgreementKey(key, suite: suite) else { throw Failure(.keyInvalid) }
  }
}
