// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Wire

/// What this device signs and agrees with.
struct OwnKeys {
  let account: StoredAccount
  /// As `DeviceIdentityKeyPair.serialized`.
  let deviceKey: SecretBytes

  /// The device's private keys in its own suite, or their view in the classic one. Throws `unsupportedSuite` for any
  /// other.
  func identity<Suite: CipherSuite>(in suite: Suite.Type) throws(CryptoError) -> DeviceIdentityKeyPair<Suite> {
    let own = try account.suiteID()
    if Suite.id == own { return try DeviceIdentityKeyPair(serialized: deviceKey) }
    guard Suite.id == .classic else { throw .unsupportedSuite }
    func view<Own: CipherSuite>(_: Own.Type) throws(CryptoError) -> SecretBytes {
      try DeviceIdentityKeyPair<Own>(serialized: deviceKey).classicView().serialized()
    }
    return try DeviceIdentityKeyPair(serialized: view(ClientSuites.type(of: own)))
  }

  /// This device as the handshake needs it.
  func localDevice(root: CertifiedRootKey) throws(CryptoError) -> LocalDevice {
    func make<Suite: CipherSuite>(_ suite: Suite.Type) throws(CryptoError) -> LocalDevice {
      LocalDevice(
        address: try DeviceAddress(account: account.account.bytes, device: account.device.number), root: root,
        identity: try identity(in: suite))
    }
    return try make(ClientSuites.type(of: account.suiteID()))
  }

  /// The device's signature of a login statement.
  func sign(_ statement: LoginStatement) throws(CryptoError) -> [UInt8] {
    func sign<Suite: CipherSuite>(in suite: Suite.Type) throws(CryptoError) -> [UInt8] {
      try identity(in: suite).signLogin(payload: statement.encoded())
    }
    return try sign(in: ClientSuites.type(of: account.suiteID()))
  }
}
