// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Prekeys as a client sent them: nothing in them is believed yet.
struct UnverifiedPreKeys: Sendable {
  private let request: UploadKeys

  init(_ request: UploadKeys) { self.request = request }

  /// Every check that needs no more than the device's identity.
  ///
  /// - `suiteUnsupported`: a suite that the server does not know, or that is neither the device's own nor suite 1
  /// - `keyInvalid`, `signatureInvalid`: of any prekey
  /// - `preKeyConflict`: one id for two different one-time prekeys
  func verified(for identity: DeviceIdentity) throws(Failure) -> VerifiedPreKeys {
    let identity = try identity.view(in: request.suite)
    if let signed = request.signedPreKey { try identity.check(signed, as: .signed) }
    if let lastResort = request.lastResortPreKey { try identity.check(lastResort, as: .lastResort) }
    var oneTime: [UInt32: OneTimePreKeyRecord] = [:]
    for preKey in request.oneTimePreKeys {
      try identity.check(preKey)
      let earlier = oneTime.updateValue(preKey, forKey: preKey.id)
      guard earlier == nil || earlier == preKey else { throw Failure(.preKeyConflict) }
    }
    return VerifiedPreKeys(
      suite: identity.suite, signed: request.signedPreKey, lastResort: request.lastResortPreKey,
      oneTime: oneTime.values.sorted { $0.id < $1.id })
  }
}

/// Prekeys of one device with good keys and good signatures. Whether their ids are free, the store decides.
struct VerifiedPreKeys: Sendable {
  let suite: UInt64
  let signed: SignedPreKeyRecord?
  let lastResort: SignedPreKeyRecord?
  /// In the order of their ids, no id twice.
  let oneTime: [OneTimePreKeyRecord]

  fileprivate init(
    suite: UInt64, signed: SignedPreKeyRecord?, lastResort: SignedPreKeyRecord?, oneTime: [OneTimePreKeyRecord]
  ) {
    self.suite = suite
    self.signed = signed
    self.lastResort = lastResort
    self.oneTime = oneTime
  }
}
