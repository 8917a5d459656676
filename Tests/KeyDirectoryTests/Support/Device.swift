// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Testing
import Wire

/// A device that stands in the database, with the private halves that its client holds.
struct Device: Sendable {
  let address: DeviceAddress
  let username: String
  let list: SignedDeviceList
  let root = Curve25519.Signing.PrivateKey()
  let signing = Curve25519.Signing.PrivateKey()
  let agreement = Curve25519.KeyAgreement.PrivateKey()

  init(account: AccountID? = nil, device: UInt32 = 1) throws {
    var generator = SystemRandomNumberGenerator()
    let fresh = AccountID(Identifier128(high: generator.next(), low: generator.next()))
    address = DeviceAddress(account: account ?? fresh, device: try #require(DeviceID(device)))
    username = String((0..<20).map { _ in "acdefhkmpqrtuxyz".randomElement() ?? "a" })
    // The key directory hands lists on as they are and looks into none of them.
    list = SignedDeviceList(payload: Array("list".utf8) + address.account.bytes, signature: [1, 2, 3])
  }

  /// A prekey with its signature.
  func signedPreKey(
    _ id: UInt32, as kind: SignatureContext.PreKeyKind, key: [UInt8] = Device.freshKey()
  ) throws -> SignedPreKeyRecord {
    let message = SignatureContext.preKey(suite: 1, kind: kind, id: id, publicKey: key)
    return SignedPreKeyRecord(id: id, publicKey: key, signature: Array(try signing.signature(for: message)))
  }

  /// One-time prekeys with these ids and fresh keys.
  static func oneTimePreKeys(_ ids: some Sequence<UInt32>) -> [OneTimePreKeyRecord] {
    ids.map { OneTimePreKeyRecord(id: $0, publicKey: freshKey()) }
  }

  static func freshKey() -> [UInt8] {
    Array(Curve25519.KeyAgreement.PrivateKey().publicKey.rawRepresentation)
  }
}
