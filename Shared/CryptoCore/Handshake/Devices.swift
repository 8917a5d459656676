// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// This device, as handshakes and envelopes need it. Whatever the suite of a session, its exchanges take the X25519 part
/// of the device's identity.
public struct LocalDevice: Sendable {
  /// How the others see this device.
  public let asRemote: RemoteDevice
  /// X25519 [‖ ML-KEM seed], as `asRemote.keys.agreement` has the public keys.
  let agreementKey: SecretBytes
  /// The X25519 part.
  let exchangeKey: SecretBytes

  public init<Suite: CipherSuite>(
    address: DeviceAddress, root: CertifiedRootKey, identity: DeviceIdentityKeyPair<Suite>
  ) {
    asRemote = RemoteDevice(address: address, root: root, keys: identity.publicKey.certified)
    agreementKey = identity.keyPair.privateKey
    exchangeKey = identity.keyPair.agreement.privateKey
  }
}

/// A device of somebody else (or another one of our own). Make one only from a device list whose signature by `root`
/// has been checked with `CertifiedRootKey.verifyDeviceList`.
public struct RemoteDevice: Hashable, Sendable {
  public let address: DeviceAddress
  public let root: CertifiedRootKey
  public let keys: CertifiedDeviceKeys

  public init(address: DeviceAddress, root: CertifiedRootKey, keys: CertifiedDeviceKeys) {
    self.address = address
    self.root = root
    self.keys = keys
  }
}
