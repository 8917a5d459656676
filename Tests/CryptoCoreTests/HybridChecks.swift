// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

/// What holds for suite 2 and suite 3 alike.
struct HybridChecks<Hybrid: CipherSuite> {
  typealias Classic = NativeClassicSuite

  func conversation(oneTime: Bool, lastResort: Bool) throws {
    var (alice, bob) = (try Party<Hybrid>(account: 1), try Party<Hybrid>(account: 2))
    try alice.initiate(bob.bundle(oneTime: oneTime, lastResort: lastResort), of: bob.remote)
    let (first, second) = (try alice.send("first"), try alice.send("second"))
    #expect(first.suite == Hybrid.id)
    #expect(try bob.receive(second, from: alice.remote) == "second")
    #expect(bob.oneTime.isEmpty)
    #expect(try bob.receive(first, from: alice.remote) == "first")
    for round in 0..<4 {
      #expect(try alice.receive(bob.send("b\(round)"), from: bob.remote) == "b\(round)")
      #expect(try bob.receive(alice.send("a\(round)"), from: alice.remote) == "a\(round)")
    }
    #expect(throws: CryptoError.duplicateMessage) { try bob.receive(first, from: alice.remote) }
  }

  func signatures() throws {
    let key = try Hybrid.generateSignatureKey()
    let publicKey = try Hybrid.signaturePublicKey(of: key)
    let message: [UInt8] = [1, 2, 3]
    let signature = try Hybrid.sign(message, privateKey: key)
    #expect(publicKey.count == Hybrid.signaturePublicKeySize && signature.count == Hybrid.signatureSize)
    func isValid(_ signature: [UInt8], _ publicKey: [UInt8] = publicKey) -> Bool {
      Hybrid.isValid(signature: signature, of: message, publicKey: publicKey)
    }
    #expect(isValid(signature))
    #expect(!Hybrid.isValid(signature: signature, of: message + [0], publicKey: publicKey))
    for position in [0, 31, 32, 63, 64, 65, signature.count - 1] {
      var changed = signature
      changed[position] ^= 1
      #expect(!isValid(changed), "byte \(position)")
    }
    // Each half is valid by itself, but for another message or by another key.
    let other = try Hybrid.sign([9], privateKey: key)
    #expect(!isValid(Array(signature[..<64] + other[64...])))
    #expect(!isValid(Array(other[..<64] + signature[64...])))
    let stranger = try Hybrid.generateSignatureKey()
    let theirs = try Hybrid.sign(message, privateKey: stranger)
    let theirKey = try Hybrid.signaturePublicKey(of: stranger)
    #expect(!isValid(Array(signature[..<64] + theirs[64...])))
    #expect(!isValid(Array(theirs[..<64] + signature[64...])))
    #expect(!isValid(signature, Array(publicKey[..<32] + theirKey[32...])))
    #expect(!isValid(signature, Array(theirKey[..<32] + publicKey[32...])))
    // Two signatures of one message by one key may change halves: each is a signature of that message by that key.
    let again = try Hybrid.sign(message, privateKey: key)
    #expect(isValid(Array(signature[..<64] + again[64...])))
    for wrong in [[], Array(signature[..<64]), Array(signature[64...]), signature + [0], Array(signature.dropLast())] {
      #expect(!isValid(wrong))
    }
    for wrong in [[], Array(publicKey[..<32]), Array(publicKey[32...]), publicKey + [0]] {
      #expect(!isValid(signature, wrong))
    }
    // The first parts are a suite-1 key and signature.
    #expect(
      Classic.isValid(signature: Array(signature[..<64]), of: message, publicKey: Array(publicKey[..<32])))
    #expect(throws: CryptoError.invalidKeyLength) {
      try Hybrid.sign(message, privateKey: SecretBytes(copying: [UInt8](repeating: 1, count: 32)))
    }
  }

  func tampering() throws {
    var (alice, bob) = (try Party<Hybrid>(account: 1), try Party<Hybrid>(account: 2))
    try alice.initiate(bob.bundle(), of: bob.remote)
    let bytes = try alice.send("hello").bytes
    let before = bob.record.serialized()
    // Prefix 3, fingerprint 32, base key 32, ids 9: then the KEM ciphertext.
    let ciphertext = 76..<76 + Hybrid.KEM.ciphertextSize
    let positions = Array(0..<76) + stride(from: 76, to: ciphertext.upperBound, by: 97) + [ciphertext.upperBound - 1]
    for index in positions + Array(ciphertext.upperBound..<bytes.count) {
      var changed = bytes
      changed[index] ^= 0x01
      // A changed KEM ciphertext gives a secret that nobody else has (implicit rejection): nothing opens.
      let expected = ciphertext.contains(index) ? CryptoError.authenticationFailed : nil
      let error = #expect(throws: CryptoError.self, "byte \(index)") {
        try bob.receive(CiphertextMessage(bytes: changed), from: alice.remote)
      }
      if let expected { #expect(error == expected) }
      #expect(bob.record.serialized().isEqual(to: before))
    }
    #expect(try bob.receive(CiphertextMessage(bytes: bytes), from: alice.remote) == "hello")
  }

  func bundles() throws {
    var bob = try Party<Hybrid>(account: 2)
    let bundle = try bob.bundle()
    let oneTime = try #require(bundle.oneTimePreKey)
    let signature = try #require(oneTime.signature)
    _ = try bundle.verified(for: bob.remote)
    #expect(throws: CryptoError.invalidSignature) {
      try OneTimePreKey<Hybrid>(id: oneTime.id, publicKey: oneTime.publicKey)
    }
    func refused(_ key: OneTimePreKey<Hybrid>, with error: CryptoError = .invalidSignature) {
      let flawed = UnverifiedPreKeyBundle(
        signedPreKey: bundle.signedPreKey, oneTimePreKey: key, lastResortPreKey: bundle.lastResortPreKey)
      #expect(throws: error) { try flawed.verified(for: bob.remote) }
    }
    refused(try OneTimePreKey(id: oneTime.id + 1, publicKey: oneTime.publicKey, signature: signature))
    let other = try OneTimePreKeyPair<Hybrid>(id: oneTime.id).publicPreKey(signedBy: bob.identity).publicKey
    for mixed in [oneTime.publicKey[..<32] + other[32...], other[..<32] + oneTime.publicKey[32...]] {
      refused(try OneTimePreKey(id: oneTime.id, publicKey: Array(mixed), signature: signature))
    }
    // The signature of another kind of prekey does not serve.
    let lastResort = try #require(bundle.lastResortPreKey)
    refused(try OneTimePreKey(id: lastResort.id, publicKey: lastResort.publicKey, signature: lastResort.signature))
    // Nor does that of a device that is not the certified one, or a bundle of one suite for a device of another.
    let stranger = try Party<Hybrid>(account: 2).remote
    #expect(throws: CryptoError.invalidSignature) { try bundle.verified(for: stranger) }
    let classic = try Party<Classic>(account: 2).remote
    #expect(throws: CryptoError.unsupportedSuite) { try bundle.verified(for: classic) }
  }

  /// Signed, as by a careless or malicious device, but no key.
  func badKeys() throws {
    let bob = try Party<Hybrid>(account: 2)
    var alice = try Party<Hybrid>(account: 1)
    let pair = try SignedPreKeyPair<Hybrid>(id: 1)
    let good = try pair.publicPreKey(signedBy: bob.identity).publicKey
    let lowOrder = [UInt8](repeating: 0, count: 32) + good[32...]
    // All coefficients 4,095, which is not below q.
    let notReduced = good[..<32] + [UInt8](repeating: 0xFF, count: good.count - 64) + good.suffix(32)
    for key in [lowOrder, Array(notReduced)] {
      let signature = try bob.identity.signPreKey(kind: .signed, id: 1, publicKey: key)
      let bundle = UnverifiedPreKeyBundle<Hybrid>(
        signedPreKey: try SignedPreKey(id: 1, publicKey: key, signature: signature), oneTimePreKey: nil,
        lastResortPreKey: nil)
      #expect(throws: CryptoError.invalidKey) { try alice.initiate(bundle, of: bob.remote) }
      #expect(!alice.record.hasUsableSession(now: 0))
    }
    for wrong in [Array(good[..<32]), Array(good[32...]), good + [0], []] {
      #expect(throws: CryptoError.invalidKeyLength) {
        try SignedPreKey<Hybrid>(id: 1, publicKey: wrong, signature: [])
      }
    }
  }

  struct Sizes: Equatable {
    let signing: Int
    let agreement: Int
    let signature: Int
    /// A short text's initial and later messages.
    let initial: Int
    let later: Int
  }

  func sizes() throws -> Sizes {
    var (alice, bob) = (try Party<Hybrid>(account: 1), try Party<Hybrid>(account: 2))
    let bundle = try bob.bundle()
    try alice.initiate(bundle, of: bob.remote)
    let initial = try alice.send("hello")
    #expect(try bob.receive(initial, from: alice.remote) == "hello")
    let keys = bob.remote.keys
    #expect(bundle.signedPreKey.publicKey.count == keys.agreement.count)
    return Sizes(
      signing: keys.signing.count, agreement: keys.agreement.count, signature: bundle.signedPreKey.signature.count,
      initial: initial.bytes.count, later: try bob.send("hi").bytes.count)
  }

  func storage() throws {
    let root = try RootIdentityKeyPair<Hybrid>()
    #expect(root.serialized().count == 64)
    #expect(try RootIdentityKeyPair<Hybrid>(serialized: root.serialized()).publicKey == root.publicKey)
    let device = try DeviceIdentityKeyPair<Hybrid>()
    #expect(device.serialized().count == 160)
    #expect(try DeviceIdentityKeyPair<Hybrid>(serialized: device.serialized()).publicKey == device.publicKey)
    let oneTime = try OneTimePreKeyPair<Hybrid>(id: 7)
    #expect(oneTime.serialized().count == 100)
    let restored = try OneTimePreKeyPair<Hybrid>(serialized: oneTime.serialized())
    #expect(
      try restored.publicPreKey(signedBy: device).publicKey == oneTime.publicPreKey(signedBy: device).publicKey)
    for count in [0, 32, 36, 63, 65, 99, 101, 159, 161] {
      let wrong = SecretBytes(copying: [UInt8](repeating: 1, count: count))
      #expect(throws: CryptoError.invalidKeyLength) { try RootIdentityKeyPair<Hybrid>(serialized: wrong) }
      #expect(throws: CryptoError.invalidKeyLength) { try DeviceIdentityKeyPair<Hybrid>(serialized: wrong) }
      #expect(throws: CryptoError.invalidKeyLength) { try OneTimePreKeyPair<Hybrid>(serialized: wrong) }
    }
    // Certified keys have their suite's lengths.
    let keys = device.publicKey
    _ = try CertifiedDeviceKeys(suite: Hybrid.id, signing: keys.signing, agreement: keys.agreement)
    #expect(throws: CryptoError.invalidKeyLength) {
      try CertifiedDeviceKeys(suite: Hybrid.id, signing: Array(keys.signing[..<32]), agreement: keys.agreement)
    }
    #expect(throws: CryptoError.invalidKeyLength) {
      try CertifiedDeviceKeys(suite: .classic, signing: keys.signing, agreement: keys.agreement)
    }
  }

  /// A session whose ratchet has turned, without skipped keys.
  func storedSize() throws -> Int {
    var (alice, bob) = (try Party<Hybrid>(account: 1), try Party<Hybrid>(account: 2))
    try alice.initiate(bob.bundle(), of: bob.remote)
    let unanswered = alice.record.serialized().count
    #expect(try bob.receive(alice.send("ping"), from: alice.remote) == "ping")
    #expect(try alice.receive(bob.send("pong"), from: bob.remote) == "pong")
    return max(unanswered, alice.record.serialized().count)
  }
}
