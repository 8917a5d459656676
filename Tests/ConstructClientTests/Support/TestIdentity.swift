// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Wire

@testable import ConstructClient

typealias DeviceKeyPair = DeviceIdentityKeyPair<NativeClassicSuite>
typealias RootKeyPair = RootIdentityKeyPair<NativeClassicSuite>

/// Keys of an account of suite 1, and the lists and records that they can sign.
struct TestIdentity {
  let account: AccountID
  let root: RootKeyPair
  var devices: [(id: DeviceID, keys: DeviceKeyPair)]

  init(account: AccountID = AccountID(Identifier128(high: 1, low: 2)), devices: Int = 1) throws {
    self.account = account
    root = try RootKeyPair()
    self.devices = []
    for number in 0..<devices { self.devices.append((try need(DeviceID(UInt32(number + 1))), try DeviceKeyPair())) }
  }

  func list(number: UInt64) -> DeviceList {
    DeviceList(
      account: account, number: number, issuedAt: 1,
      devices: devices.map {
        DeviceEntry(
          device: $0.id, suite: 1, signingKey: $0.keys.publicKey.signing, agreementKey: $0.keys.publicKey.agreement)
      })
  }

  func sign(_ list: DeviceList) throws -> SignedDeviceList { try sign(payload: list.encoded()) }

  func sign(payload: [UInt8]) throws -> SignedDeviceList {
    SignedDeviceList(payload: payload, signature: try root.signDeviceList(payload: payload))
  }

  func record(username: String, number: UInt64) throws -> AccountRecord {
    AccountRecord(
      account: account, username: username, suite: 1, rootIdentityKey: root.publicKey.bytes,
      deviceList: try sign(list(number: number)))
  }

  func verified(username: String = "bob", number: UInt64 = 1) throws -> VerifiedAccount {
    try VerifiedAccount(record(username: username, number: number), answering: .account(account))
  }
}

struct Missing: Error {}

/// The value, or an error that ends the test.
func need<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Missing() }
  return value
}
