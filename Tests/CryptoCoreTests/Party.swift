// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

/// A device in a test: its keys, its published prekeys and its record for one other device. `receive` does what a
/// client does in one transaction, and sends every state through its serialised form.
struct Party<Suite: CipherSuite> {
  let local: LocalDevice
  /// Signs the prekeys. Of another suite than `local` where it shows a hybrid device to clients of suite 1.
  let identity: DeviceIdentityKeyPair<Suite>
  var signed: [UInt32: SignedPreKeyPair<Suite>] = [:]
  var oneTime: [UInt32: OneTimePreKeyPair<Suite>] = [:]
  var lastResort: LastResortPreKeyPair<Suite>
  var record = SessionRecord<Suite>()
  private var baseKeys: Set<[UInt8]> = []
  private var nextID: UInt32 = 1

  init(
    account: UInt8, device: UInt32 = 1, root: RootIdentityKeyPair<Suite>? = nil,
    identity: DeviceIdentityKeyPair<Suite>? = nil
  ) throws {
    let root = try root ?? RootIdentityKeyPair()
    let identity = try identity ?? DeviceIdentityKeyPair()
    try self.init(
      local: LocalDevice(
        address: DeviceAddress(account: [UInt8](repeating: account, count: 16), device: device),
        root: root.publicKey.certified, identity: identity),
      identity: identity)
  }

  init(local: LocalDevice, identity: DeviceIdentityKeyPair<Suite>) throws {
    self.local = local
    self.identity = identity
    lastResort = try LastResortPreKeyPair(id: 900)
    signed[1] = try SignedPreKeyPair(id: 1)
  }

  var remote: RemoteDevice { local.asRemote }

  /// What the key directory would hand out, with a fresh one-time prekey or without.
  mutating func bundle(oneTime wantsOneTime: Bool = true, lastResort wantsLastResort: Bool = true) throws
    -> UnverifiedPreKeyBundle<Suite>
  {
    let signedID = try #require(signed.keys.max())
    var published: OneTimePreKey<Suite>?
    if wantsOneTime {
      let pair = try OneTimePreKeyPair<Suite>(id: nextID)
      oneTime[nextID] = pair
      published = try pair.publicPreKey(signedBy: identity)
    }
    nextID += 1
    return UnverifiedPreKeyBundle(
      signedPreKey: try #require(signed[signedID]).publicPreKey(signedBy: identity), oneTimePreKey: published,
      lastResortPreKey: wantsLastResort ? try lastResort.publicPreKey(signedBy: identity) : nil)
  }

  mutating func initiate(_ bundle: UnverifiedPreKeyBundle<Suite>, of peer: RemoteDevice, now: UInt64 = 0) throws {
    try record.initiate(local: local, bundle: bundle.verified(for: peer), now: now)
    try store()
  }

  mutating func send(_ text: String, now: UInt64 = 0) throws -> CiphertextMessage {
    let message = try record.encrypt(Array(text.utf8), now: now)
    try store()
    return try CiphertextMessage(bytes: message.bytes)
  }

  mutating func receive(_ message: CiphertextMessage, from peer: RemoteDevice, now: UInt64 = 0) throws -> String {
    let needed = try SessionRecord<Suite>.preKeys(neededBy: message)
    let keys = LocalPreKeys(
      signedPreKey: needed.flatMap { signed[$0.signedPreKey] },
      oneTimePreKey: needed?.oneTimePreKey.flatMap { oneTime[$0] },
      lastResortPreKey: needed?.lastResortPreKey == lastResort.id ? lastResort : nil,
      isBaseKeyUsed: needed.map { baseKeys.contains($0.baseKey) } ?? false)
    let result = try record.decrypt(message, local: local, remote: peer, preKeys: keys, now: now)
    if let id = result.consumedOneTimePreKey { oneTime[id] = nil }
    if let baseKey = result.baseKeyToRemember { baseKeys.insert(baseKey) }
    try store()
    return String(decoding: result.plaintext, as: UTF8.self)
  }

  /// Through the store's form and back.
  private mutating func store() throws {
    let bytes = record.serialized()
    record = try SessionRecord(serialized: bytes)
    #expect(record.serialized().isEqual(to: bytes))
  }
}

/// Alice and Bob, strangers, with suite 1.
struct Pair {
  var alice: Party<NativeClassicSuite>
  var bob: Party<NativeClassicSuite>

  init() throws {
    alice = try Party(account: 0xA1)
    bob = try Party(account: 0xB0)
  }

  /// After a first message and its answer.
  static func connected(oneTime: Bool = true) throws -> Pair {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(oneTime: oneTime), of: pair.bob.remote)
    #expect(try pair.toBob(pair.alice.send("hello")) == "hello")
    #expect(try pair.toAlice(pair.bob.send("hi")) == "hi")
    return pair
  }

  mutating func toBob(_ message: CiphertextMessage, now: UInt64 = 0) throws -> String {
    try bob.receive(message, from: alice.remote, now: now)
  }

  mutating func toAlice(_ message: CiphertextMessage, now: UInt64 = 0) throws -> String {
    try alice.receive(message, from: bob.remote, now: now)
  }
}
