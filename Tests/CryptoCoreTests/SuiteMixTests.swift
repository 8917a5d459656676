// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

/// A hybrid device and its prekeys for clients that know suite 1 alone.
private struct HybridDevice<Suite: CipherSuite> {
  let root: RootIdentityKeyPair<Suite>
  let identity: DeviceIdentityKeyPair<Suite>
  let local: LocalDevice

  init(account: UInt8) throws {
    root = try RootIdentityKeyPair()
    identity = try DeviceIdentityKeyPair()
    local = try LocalDevice(
      address: DeviceAddress(account: [UInt8](repeating: account, count: 16), device: 1),
      root: root.publicKey.certified, identity: identity)
  }

  func party() throws -> Party<Suite> { try Party(local: local, identity: identity) }

  func classicParty() throws -> Party<ClassicSuite<Suite.Provider>> {
    try Party(local: local, identity: identity.classicView())
  }
}

extension RemoteDevice {
  /// What a server would like to show: the suite-1 part of the root, the device, or both, as if they were all there is.
  fileprivate func stripped(root stripsRoot: Bool, keys stripsKeys: Bool) throws -> RemoteDevice {
    RemoteDevice(
      address: address,
      root: stripsRoot ? try CertifiedRootKey(suite: .classic, bytes: Array(root.bytes[..<32])) : root,
      keys: stripsKeys
        ? try CertifiedDeviceKeys(
          suite: .classic, signing: Array(keys.signing[..<32]), agreement: Array(keys.agreement[..<32])) : keys)
  }
}

@Suite("Devices of different suites")
struct SuiteMixTests {
  @Test("a session is opened in the suite of the other device if it is implemented, else in suite 1")
  func choice() {
    let all: [SuiteID] = [.classic, .hybrid, .hybridLevel5]
    for suite in all { #expect(SuiteID.forSession(withDeviceOf: suite, implemented: all) == suite) }
    #expect(SuiteID.forSession(withDeviceOf: .hybrid, implemented: [.classic]) == .classic)
    #expect(SuiteID.forSession(withDeviceOf: .hybridLevel5, implemented: [.classic, .hybrid]) == .classic)
    #expect(SuiteID.forSession(withDeviceOf: SuiteID(rawValue: 9), implemented: all) == .classic)
  }

  @Test("a device of suite 3 and one of suite 2 talk in the suite of whoever answers")
  func mixedHybrids() throws {
    let (three, two) = (
      try HybridDevice<NativeHybridLevel5Suite>(account: 3), try HybridDevice<NativeHybridSuite>(account: 2)
    )
    var alice = try Party<NativeHybridSuite>(local: three.local, identity: DeviceIdentityKeyPair())
    var bob = try two.party()
    try alice.initiate(bob.bundle(), of: bob.remote)
    let message = try alice.send("in suite 2")
    #expect(message.suite == .hybrid)
    #expect(try bob.receive(message, from: alice.remote) == "in suite 2")
    #expect(try alice.receive(bob.send("answer"), from: bob.remote) == "answer")
  }

  @Test("a client that knows suite 1 alone and a hybrid device open sessions with each other, in both directions")
  func classicClient() throws {
    let device = try HybridDevice<NativeHybridSuite>(account: 2)
    var (old, new) = (try Party<NativeClassicSuite>(account: 1), try device.classicParty())
    try old.initiate(new.bundle(), of: new.remote)
    #expect(try new.receive(old.send("hello"), from: old.remote) == "hello")
    #expect(try old.receive(new.send("hi"), from: new.remote) == "hi")
    try new.initiate(old.bundle(), of: old.remote)
    #expect(try old.receive(new.send("again"), from: new.remote) == "again")
  }

  @Test("a client that knows suite 1 alone checks the Ed25519 part of a hybrid account's device list")
  func classicDeviceLists() throws {
    typealias Classic = NativeClassicSuite
    let root = try RootIdentityKeyPair<NativeHybridSuite>()
    let (key, payload) = (root.publicKey.certified, [1, 2, 3] as [UInt8])
    let signature = try root.signDeviceList(payload: payload)
    try key.verifyDeviceList(payload: payload, signature: signature, as: Classic.self)
    try key.verifyDeviceList(payload: payload, signature: signature, as: NativeHybridSuite.self)
    #expect(throws: CryptoError.unsupportedSuite) {
      try key.verifyDeviceList(payload: payload, signature: signature, as: NativeHybridLevel5Suite.self)
    }
    #expect(throws: CryptoError.invalidSignature) {
      try key.verifyDeviceList(payload: payload + [0], signature: signature, as: Classic.self)
    }
    #expect(throws: CryptoError.invalidSignature) {
      try key.verifyDeviceList(payload: payload, signature: Array(signature[..<64]), as: Classic.self)
    }
    // A suite that is not known yet: the key and the signature begin with those of suite 1.
    let later = try CertifiedRootKey(suite: SuiteID(rawValue: 9), bytes: key.bytes + [1])
    try later.verifyDeviceList(payload: payload, signature: signature + [1], as: Classic.self)
    #expect(throws: CryptoError.invalidSignature) {
      try later.verifyDeviceList(payload: payload, signature: Array(signature[..<63]), as: Classic.self)
    }
    #expect(throws: CryptoError.invalidKeyLength) {
      try CertifiedRootKey(suite: SuiteID(rawValue: 9), bytes: Array(key.bytes[..<31]))
    }
  }

  enum Stripped: CaseIterable {
    case rootOfResponder, keysOfResponder, bothOfResponder, rootOfInitiator, keysOfInitiator, bothOfInitiator
  }

  @Test(
    "two devices of which one is shown a stripped view of the other never open each other's messages",
    arguments: Stripped.allCases)
  func downgrade(stripped: Stripped) throws {
    let (first, second) = (
      try HybridDevice<NativeHybridSuite>(account: 1), try HybridDevice<NativeHybridSuite>(account: 2)
    )
    var (alice, bob) = (try first.classicParty(), try second.classicParty())
    var (seenByAlice, seenByBob) = (bob.remote, alice.remote)
    switch stripped {
    case .rootOfResponder: seenByAlice = try bob.remote.stripped(root: true, keys: false)
    case .keysOfResponder: seenByAlice = try bob.remote.stripped(root: false, keys: true)
    case .bothOfResponder: seenByAlice = try bob.remote.stripped(root: true, keys: true)
    case .rootOfInitiator: seenByBob = try alice.remote.stripped(root: true, keys: false)
    case .keysOfInitiator: seenByBob = try alice.remote.stripped(root: false, keys: true)
    case .bothOfInitiator: seenByBob = try alice.remote.stripped(root: true, keys: true)
    }
    // The bundle is genuine, so nothing is wrong before the first message arrives.
    try alice.initiate(bob.bundle(), of: seenByAlice)
    let message = try alice.send("hello")
    let error = #expect(throws: CryptoError.self) { try bob.receive(message, from: seenByBob) }
    let keysDiffer = stripped == .keysOfInitiator || stripped == .bothOfInitiator
    #expect(error == (keysDiffer ? .identityMismatch : .authenticationFailed))
    #expect(!bob.record.hasUsableSession(now: 0))
    // Seen whole on both sides, the same devices understand each other.
    var fresh = try first.classicParty()
    try fresh.initiate(bob.bundle(), of: bob.remote)
    #expect(try bob.receive(fresh.send("hello"), from: alice.remote) == "hello")
  }

  @Test("a message of one suite is refused by name in another")
  func otherSuite() throws {
    let device = try HybridDevice<NativeHybridSuite>(account: 2)
    var (alice, bob) = (try Party<NativeHybridSuite>(account: 1), try device.party())
    try alice.initiate(bob.bundle(), of: bob.remote)
    var bytes = try alice.send("hello").bytes
    var classic = try device.classicParty()
    #expect(throws: CryptoError.unsupportedSuite) {
      try classic.receive(CiphertextMessage(bytes: bytes), from: alice.remote)
    }
    bytes[2] = SuiteID.classic.rawValue
    #expect(throws: CryptoError.self) { try classic.receive(CiphertextMessage(bytes: bytes), from: alice.remote) }
    bytes[2] = SuiteID.hybridLevel5.rawValue
    #expect(throws: CryptoError.unsupportedSuite) {
      try bob.receive(CiphertextMessage(bytes: bytes), from: alice.remote)
    }
  }

  @Test("the safety number covers every byte of a hybrid root key and its suite")
  func safetyNumber() throws {
    typealias Number = SafetyNumber<NativeCryptoProvider>
    let (alice, bob) = ([UInt8](repeating: 1, count: 16), [UInt8](repeating: 2, count: 16))
    let classic = try RootIdentityKeyPair<NativeClassicSuite>().publicKey.certified
    let hybrid = try RootIdentityKeyPair<NativeHybridSuite>().publicKey.certified
    let his = try Number(localAccount: bob, localRoot: hybrid, remoteAccount: alice, remoteRoot: classic)
    func hers(_ root: CertifiedRootKey) throws -> Number {
      try Number(localAccount: alice, localRoot: classic, remoteAccount: bob, remoteRoot: root)
    }
    #expect(try hers(hybrid).digits == his.digits)
    #expect(try hers(hybrid).matches(scanned: his.qrPayload))
    for position in [0, 31, 32, hybrid.bytes.count - 1] {
      var changed = hybrid.bytes
      changed[position] ^= 1
      #expect(try hers(CertifiedRootKey(suite: .hybrid, bytes: changed)).digits != his.digits)
    }
    let relabelled = try CertifiedRootKey(suite: SuiteID(rawValue: 9), bytes: hybrid.bytes)
    #expect(try hers(relabelled).digits != his.digits)
    let stripped = try CertifiedRootKey(suite: .classic, bytes: Array(hybrid.bytes[..<32]))
    #expect(try hers(stripped).digits != his.digits)
  }
}
