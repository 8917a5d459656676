// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// A signed device list as a client sent it: nothing in it is believed yet.
struct UnverifiedDeviceList: Sendable {
  private let signed: SignedDeviceList

  init(_ signed: SignedDeviceList) { self.signed = signed }

  /// Every check that needs no state of the server.
  ///
  /// - `deviceListInvalid`: not a device list, not in its canonical encoding, of another account, empty, or its
  ///   devices do not ascend or share a key
  /// - `suiteUnsupported`, `keyInvalid`: of any key in it
  /// - `signatureInvalid`: not signed by this root identity key
  func verified(account: AccountID, rootIdentityKey: RootIdentityKey) throws(Failure) -> VerifiedDeviceList {
    let list: DeviceList
    do { list = try DeviceList(encoded: signed.payload) } catch { throw Failure(.deviceListInvalid) }
    guard list.encoded() == signed.payload, list.account == account, list.number <= UInt64(Int64.max) else {
      throw Failure(.deviceListInvalid)
    }
    try Self.check(list.devices)
    try rootIdentityKey.check(signed.signature, over: SignatureContext.deviceList(payload: signed.payload))
    return VerifiedDeviceList(list: list, signed: signed)
  }

  private static func check(_ devices: [DeviceEntry]) throws(Failure) {
    guard !devices.isEmpty else { throw Failure(.deviceListInvalid) }
    for (device, next) in zip(devices, devices.dropFirst()) where device.device >= next.device {
      throw Failure(.deviceListInvalid)
    }
    let keys = devices.map(\.signingKey) + devices.map(\.agreementKey)
    guard Set(keys).count == keys.count else { throw Failure(.deviceListInvalid) }
    for device in devices {
      try IdentityKeyRule.checkSigningKey(device.signingKey, suite: device.suite)
      try IdentityKeyRule.checkAgreementKey(device.agreementKey, suite: device.suite)
    }
  }
}

/// A device list whose signature, keys and form were checked; `DeviceListSuccession` says whether it may follow.
struct VerifiedDeviceList: Equatable, Sendable {
  let list: DeviceList
  let signed: SignedDeviceList

  fileprivate init(list: DeviceList, signed: SignedDeviceList) {
    self.list = list
    self.signed = signed
  }
}
