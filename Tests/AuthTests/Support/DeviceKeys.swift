// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Testing
import Wire

/// The private half of a device's identity, as its client holds it.
struct DeviceKeys: Sendable {
  let device: DeviceID
  let signing = Curve25519.Signing.PrivateKey()
  let agreement = Curve25519.KeyAgreement.PrivateKey()

  init(_ number: UInt32) throws {
    device = try #require(DeviceID(number))
  }

  var entry: DeviceEntry {
    DeviceEntry(
      device: device, suite: 1, signingKey: Array(signing.publicKey.rawRepresentation),
      agreementKey: Array(agreement.publicKey.rawRepresentation))
  }
}
