// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// The suite and the public signing key with which a device signs its prekeys: those that its account's device list
/// certifies, or the view of them in suite 1.
struct DeviceIdentity: Equatable, Sendable {
  let suite: UInt64
  let signingKey: [UInt8]

  /// This identity in the suite of some prekeys; in its own if none is named.
  ///
  /// Throws `suiteUnsupported` for a suite that is neither the device's own nor suite 1.
  func view(in other: UInt64?) throws(Failure) -> DeviceIdentity {
    let other = other ?? suite
    guard let key = IdentitySignature.signingKey(signingKey, of: suite, in: other) else {
      throw Failure(.suiteUnsupported)
    }
    return DeviceIdentity(suite: other, signingKey: key)
  }

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

  /// A one-time prekey is signed in suites with a KEM, and in no other.
  ///
  /// Throws what `check(_:as:)` throws; `keyInvalid` too for a signature where there should be none, or the reverse.
  func check(_ preKey: OneTimePreKeyRecord) throws(Failure) {
    guard IdentitySignature.signsOneTimePreKeys(suite) else {
      guard preKey.signature == nil else { throw Failure(.keyInvalid) }
      return try check(publicKey: preKey.publicKey)
    }
    guard let signature = preKey.signature else { throw Failure(.keyInvalid) }
    try check(SignedPreKeyRecord(id: preKey.id, publicKey: preKey.publicKey, signature: signature), as: .oneTime)
  }
}
