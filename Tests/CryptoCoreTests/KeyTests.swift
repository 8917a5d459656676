// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("Keys, signatures and bundles")
struct KeyTests {
  typealias Classic = NativeClassicSuite

  @Test("the three signed layouts are exactly these bytes")
  func signedLayouts() {
    #expect(
      SignedMessage.preKey(suite: .classic, kind: .lastResort, id: 0x0102_0304, publicKey: [0xAA, 0xBB])
        == Array("Construct prekey v1".utf8) + [0, 1, 2, 1, 2, 3, 4, 0xAA, 0xBB])
    #expect(SignedMessage.deviceList(payload: [7]) == Array("Construct device list v1".utf8) + [0, 7])
    #expect(SignedMessage.login(payload: [8]) == Array("Construct login v1".utf8) + [0, 8])
    #expect(PreKeyKind.allCases.map(\.rawValue) == [1, 2, 3])
  }

  @Test("device lists and logins verify only as what they were signed as")
  func signatures() throws {
    let root = try RootIdentityKeyPair<Classic>()
    let list = try root.signDeviceList(payload: [1, 2, 3])
    func verify(_ signature: [UInt8], of payload: [UInt8], by key: RootIdentityPublicKey<Classic>) throws {
      try key.certified.verifyDeviceList(payload: payload, signature: signature, as: Classic.self)
    }
    try verify(list, of: [1, 2, 3], by: root.publicKey)
    #expect(throws: CryptoError.invalidSignature) { try verify(list, of: [1, 2, 4], by: root.publicKey) }
    #expect(throws: CryptoError.invalidSignature) { try verify([], of: [1, 2, 3], by: root.publicKey) }
    let other = try RootIdentityKeyPair<Classic>().publicKey
    #expect(throws: CryptoError.invalidSignature) { try verify(list, of: [1, 2, 3], by: other) }
    // A device's key signs logins as such.
    let device = try DeviceIdentityKeyPair<Classic>()
    let (login, key) = (try device.signLogin(payload: [1, 2, 3]), device.publicKey.signing)
    let (asLogin, asList) = (SignedMessage.login(payload: [1, 2, 3]), SignedMessage.deviceList(payload: [1, 2, 3]))
    #expect(Classic.isValid(signature: login, of: asLogin, publicKey: key))
    #expect(!Classic.isValid(signature: login, of: asList, publicKey: key))
  }

  @Test("key pairs survive being stored, and wrong lengths are refused")
  func storage() throws {
    let root = try RootIdentityKeyPair<Classic>()
    #expect(try RootIdentityKeyPair<Classic>(serialized: root.serialized()).publicKey == root.publicKey)
    let device = try DeviceIdentityKeyPair<Classic>()
    #expect(device.serialized().count == 64)
    #expect(try DeviceIdentityKeyPair<Classic>(serialized: device.serialized()).publicKey == device.publicKey)
    let oneTime = try OneTimePreKeyPair<Classic>(id: 0xDEAD_BEEF)
    let restored = try OneTimePreKeyPair<Classic>(serialized: oneTime.serialized())
    #expect(try restored.publicPreKey(signedBy: device) == oneTime.publicPreKey(signedBy: device))
    let signed = try SignedPreKeyPair<Classic>(id: 7)
    #expect(
      try SignedPreKeyPair<Classic>(serialized: signed.serialized()).publicPreKey(signedBy: device)
        == signed.publicPreKey(signedBy: device))
    let lastResort = try LastResortPreKeyPair<Classic>(id: 8)
    #expect(
      try LastResortPreKeyPair<Classic>(serialized: lastResort.serialized()).publicPreKey(signedBy: device)
        == lastResort.publicPreKey(signedBy: device))

    for count in [0, 31, 33, 35, 37, 63, 65] {
      let wrong = SecretBytes(copying: [UInt8](repeating: 1, count: count))
      #expect(throws: CryptoError.invalidKeyLength) { try RootIdentityKeyPair<Classic>(serialized: wrong) }
      #expect(throws: CryptoError.invalidKeyLength) { try DeviceIdentityKeyPair<Classic>(serialized: wrong) }
      #expect(throws: CryptoError.invalidKeyLength) { try OneTimePreKeyPair<Classic>(serialized: wrong) }
      #expect(throws: CryptoError.invalidKeyLength) { try SignedPreKeyPair<Classic>(serialized: wrong) }
      #expect(throws: CryptoError.invalidKeyLength) { try LastResortPreKeyPair<Classic>(serialized: wrong) }
      let bytes = wrong.exposed()
      let right = [UInt8](repeating: 1, count: 32)
      #expect(throws: CryptoError.invalidKeyLength) { try RootIdentityPublicKey<Classic>(bytes: bytes) }
      #expect(throws: CryptoError.invalidKeyLength) {
        try DeviceIdentityPublicKey<Classic>(signing: bytes, agreement: right)
      }
      #expect(throws: CryptoError.invalidKeyLength) {
        try DeviceIdentityPublicKey<Classic>(signing: right, agreement: bytes)
      }
      #expect(throws: CryptoError.invalidKeyLength) { try OneTimePreKey<Classic>(id: 1, publicKey: bytes) }
      #expect(throws: CryptoError.invalidSignature) {
        try SignedPreKey<Classic>(id: 1, publicKey: right, signature: bytes)
      }
    }
    #expect(throws: CryptoError.malformed) { try DeviceAddress(account: [1, 2, 3], device: 1) }
  }

  enum Flaw: CaseIterable {
    case signedKey, signedID, signedSignature, lastResortKey, lastResortID, lastResortSignature, kindsSwapped
    case otherDevice
  }

  @Test("a bundle with a flaw in what is signed is refused", arguments: Flaw.allCases)
  func flawedBundles(flaw: Flaw) throws {
    var bob = try Party<Classic>(account: 2)
    let bundle = try bob.bundle()
    _ = try bundle.verified(for: bob.remote)
    var (signed, lastResort) = (bundle.signedPreKey, try #require(bundle.lastResortPreKey))
    var device = bob.remote
    let otherKey = try OneTimePreKeyPair<Classic>(id: 5).publicPreKey(signedBy: bob.identity).publicKey
    func broken(_ signature: [UInt8]) -> [UInt8] { [signature[0] ^ 1] + signature.dropFirst() }
    switch flaw {
    case .signedKey:
      signed = try SignedPreKey(id: signed.id, publicKey: otherKey, signature: signed.signature)
    case .signedID:
      signed = try SignedPreKey(id: signed.id + 1, publicKey: signed.publicKey, signature: signed.signature)
    case .signedSignature:
      signed = try SignedPreKey(id: signed.id, publicKey: signed.publicKey, signature: broken(signed.signature))
    case .lastResortKey:
      lastResort = try LastResortPreKey(id: lastResort.id, publicKey: otherKey, signature: lastResort.signature)
    case .lastResortID:
      lastResort = try LastResortPreKey(
        id: lastResort.id + 1, publicKey: lastResort.publicKey, signature: lastResort.signature)
    case .lastResortSignature:
      lastResort = try LastResortPreKey(
        id: lastResort.id, publicKey: lastResort.publicKey, signature: broken(lastResort.signature))
    case .kindsSwapped:
      signed = try SignedPreKey(
        id: lastResort.id, publicKey: lastResort.publicKey, signature: lastResort.signature)
    case .otherDevice:
      device = try Party<Classic>(account: 2).remote
    }
    let flawed = UnverifiedPreKeyBundle(
      signedPreKey: signed, oneTimePreKey: bundle.oneTimePreKey, lastResortPreKey: lastResort)
    #expect(throws: CryptoError.invalidSignature) { try flawed.verified(for: device) }
  }

  @Test("a bundle with a low-order key, though signed, opens no session")
  func lowOrderPreKey() throws {
    var pair = try Pair()
    let bundle = try pair.bob.bundle()
    let zero = UnverifiedPreKeyBundle(
      signedPreKey: bundle.signedPreKey,
      oneTimePreKey: try OneTimePreKey(id: 1, publicKey: [UInt8](repeating: 0, count: 32)), lastResortPreKey: nil)
    #expect(throws: CryptoError.invalidKey) { try pair.alice.initiate(zero, of: pair.bob.remote) }
    #expect(!pair.alice.record.hasUsableSession(now: 0))
  }

  @Test("constant-time comparison compares all bytes and lengths")
  func comparison() {
    #expect(constantTimeEqual([], []))
    #expect(constantTimeEqual([1, 2], [1, 2]))
    #expect(!constantTimeEqual([1, 2], [1, 3]))
    #expect(!constantTimeEqual([0, 2], [1, 2]))
    #expect(!constantTimeEqual([1, 2], [1, 2, 0]))
    let secret = SecretBytes(copying: [1, 2, 3])
    #expect(secret.isEqual(to: SecretBytes(concatenating: [SecretBytes(copying: [1]), SecretBytes(copying: [2, 3])])))
    #expect(!secret.isEqual(to: SecretBytes(copying: [1, 2, 4])))
    #expect(!secret.isEqual(to: SecretBytes(copying: [1, 2])))
  }
}
