// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// The suite and the public signing key of a device, as its account's device list certifies them.
struct DeviceIdentity: Equatable, Sendable {
  let suite: UInt64
  let signingKey: [UInt8]

  /// Throws `suiteUnsupported`, or `keyInvalid` for a wrong length or a key that cannot be agreed with.
  func check(publicKey: [UInt8]) throws(Failure) {
    guard IdentitySignature.isSupported(suite) else { throw Failure(.suiteUnsupported) }
    guard IdentitySignature.isValidAgreementKey(publicKey, suite: suite) else { throw Failure(.keyInvalid) }
  }

  /// Throws what `check(publicKey:)` throws, `keyInvalid` for a signature of the wrong length, and `signatureInvalid`.
  func check(_ preKey: SignedPreKeyRecord, as kind: SignatureContext.PreKeyKind) throws(Failure) {
    try check(publicKey: preKey.publicKey)
    guard preKey.signature.count == IdentitySignature.signatureBytes(suite), let suiteByte = UInt8(exactly: suite)
    else { throw Failure(.keyInvalid) }
    let message = SignatureContext.preKey(
      suite: suiteByte, kind: kind, id: preKey.id, publicKey: preKey.publicKey)
    guard IdentitySignature.isValid(signature: preKey.signature, message: message, key: signingKey, suite: suite)
    else { throw Failure(.signatureInvalid) }
  }
}
