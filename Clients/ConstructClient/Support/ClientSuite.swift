// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Wire

/// The suite that this client speaks, and the core's types under it. Another suite begins here.
typealias ClientSuite = NativeClassicSuite
typealias DeviceKeyPair = DeviceIdentityKeyPair<ClientSuite>
typealias RootKeyPair = RootIdentityKeyPair<ClientSuite>
typealias RootPublicKey = RootIdentityPublicKey<ClientSuite>
typealias Sessions = SessionRecord<ClientSuite>

extension StoredAccount {
  /// This device as the handshake needs it.
  func localDevice(root: CertifiedRootKey) throws -> LocalDevice {
    LocalDevice(
      address: try .init(account: account.bytes, device: device.number), root: root,
      identity: try DeviceKeyPair(serialized: SecretBytes(copying: deviceKey)))
  }
}

extension DeviceEntry {
  /// A device of a verified list as the handshake needs it.
  func remoteDevice(of account: AccountID, root: CertifiedRootKey) throws -> RemoteDevice {
    RemoteDevice(
      address: try .init(account: account.bytes, device: device.number), root: root,
      keys: try CertifiedDeviceKeys(suite: .numbered(suite), signing: signingKey, agreement: agreementKey))
  }
}

extension StoredContact {
  /// The pinned root key, if the account is known.
  func root() throws(CryptoError) -> CertifiedRootKey? {
    guard let rootIdentityKey, let suite else { return nil }
    return try CertifiedRootKey(suite: .numbered(suite), bytes: rootIdentityKey)
  }
}

extension SuiteID {
  /// The suite of a number that the wire gives more room than the core does.
  static func numbered(_ number: UInt64) throws(CryptoError) -> SuiteID {
    guard let number = UInt8(exactly: number) else { throw .unsupportedSuite }
    return SuiteID(rawValue: number)
  }
}
