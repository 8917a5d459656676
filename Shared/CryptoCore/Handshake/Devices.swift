// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// This device, as the handshake needs it.
public struct LocalDevice<Suite: CipherSuite>: Sendable {
  public let address: DeviceAddress
  public let rootIdentity: RootIdentityPublicKey<Suite>
  public let identity: DeviceIdentityKeyPair<Suite>

  public init(
    address: DeviceAddress, rootIdentity: RootIdentityPublicKey<Suite>, identity: DeviceIdentityKeyPair<Suite>
  ) {
    self.address = address
    self.rootIdentity = rootIdentity
    self.identity = identity
  }

  /// How the others see this device.
  public var asRemote: RemoteDevice<Suite> {
    RemoteDevice(address: address, rootIdentity: rootIdentity, identity: identity.publicKey)
  }
}

/// A device of somebody else (or another one of our own). Make one only from a device list whose signature by
/// `rootIdentity` has been checked with `RootIdentityPublicKey.verifyDeviceList`.
public struct RemoteDevice<Suite: CipherSuite>: Hashable, Sendable {
  public let address: DeviceAddress
  public let rootIdentity: RootIdentityPublicKey<Suite>
  public let identity: DeviceIdentityPublicKey<Suite>

  public init(
    address: DeviceAddress, rootIdentity: RootIdentityPublicKey<Suite>, identity: DeviceIdentityPublicKey<Suite>
  ) {
    self.address = address
    self.rootIdentity = rootIdentity
    self.identity = identity
  }
}
