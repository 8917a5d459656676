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
typealias Local = LocalDevice<ClientSuite>
typealias Remote = RemoteDevice<ClientSuite>
typealias Sessions = SessionRecord<ClientSuite>

extension StoredAccount {
  /// This device as the handshake needs it.
  func localDevice(root: [UInt8]) throws -> Local {
    Local(
      address: try .init(account: account.bytes, device: device.number), rootIdentity: try RootPublicKey(bytes: root),
      identity: try DeviceKeyPair(serialized: SecretBytes(copying: deviceKey)))
  }
}

extension DeviceEntry {
  /// A device of a verified list as the handshake needs it.
  func remoteDevice(of account: AccountID, root: [UInt8]) throws -> Remote {
    Remote(
      address: try .init(account: account.bytes, device: device.number), rootIdentity: try RootPublicKey(bytes: root),
      identity: try .init(signing: signingKey, agreement: agreementKey))
  }
}
