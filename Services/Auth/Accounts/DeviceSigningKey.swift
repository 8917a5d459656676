// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import ServiceKit

/// The public signing key of a device, as its account's device list certifies it.
struct DeviceSigningKey: Equatable, Sendable {
  let suite: UInt64
  let bytes: [UInt8]

  /// A key that nobody has the private half of: what a login is checked against when there is no such device, so that
  /// the refusal takes as long and says the same.
  static let ofNobody = DeviceSigningKey(
    suite: 1, bytes: Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation))

  func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    IdentitySignature.isValid(signature: signature, message: message, key: bytes, suite: suite)
  }
}
