// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// A device that is measured: its keys, and its sessions with the other one.
struct Device<Suite: CipherSuite> {
  let root: RootIdentityKeyPair<Suite>
  let identity: DeviceIdentityKeyPair<Suite>
  let local: LocalDevice
  let signed: SignedPreKeyPair<Suite>
  let oneTime: OneTimePreKeyPair<Suite>
  let lastResort: LastResortPreKeyPair<Suite>
  let preKeys: LocalPreKeys<Suite>
  var record = SessionRecord<Suite>()

  init(account: UInt8) throws {
    root = try RootIdentityKeyPair()
    identity = try DeviceIdentityKeyPair()
    local = try LocalDevice(
      address: DeviceAddress(account: [UInt8](repeating: account, count: 16), device: 1),
      root: root.publicKey.certified, identity: identity)
    signed = try SignedPreKeyPair(id: 1)
    oneTime = try OneTimePreKeyPair(id: 2)
    lastResort = try LastResortPreKeyPair(id: 3)
    preKeys = LocalPreKeys(signedPreKey: signed, oneTimePreKey: oneTime, lastResortPreKey: lastResort)
  }

  func bundle() throws -> UnverifiedPreKeyBundle<Suite> {
    UnverifiedPreKeyBundle(
      signedPreKey: try signed.publicPreKey(signedBy: identity),
      oneTimePreKey: try oneTime.publicPreKey(signedBy: identity),
      lastResortPreKey: try lastResort.publicPreKey(signedBy: identity))
  }

  mutating func receive(_ message: CiphertextMessage, from sender: RemoteDevice) throws -> [UInt8] {
    try record.decrypt(message, local: local, remote: sender, preKeys: preKeys, now: 0).plaintext
  }
}

/// Two devices that have written to each other.
struct Pair<Suite: CipherSuite> {
  var alice: Device<Suite>
  var bob: Device<Suite>

  init() throws {
    alice = try Device(account: 1)
    bob = try Device(account: 2)
    try alice.record.initiate(local: alice.local, bundle: bob.bundle().verified(for: bob.local.asRemote), now: 0)
    try pingPong([])
  }

  mutating func pingPong(_ text: [UInt8]) throws {
    let ping = try alice.record.encrypt(text, now: 0)
    _ = try bob.receive(ping, from: alice.local.asRemote)
    let pong = try bob.record.encrypt(text, now: 0)
    _ = try alice.receive(pong, from: bob.local.asRemote)
  }
}
