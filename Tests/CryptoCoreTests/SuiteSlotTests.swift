// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("Suites with a KEM and a sparse ratchet")
struct SuiteSlotTests {
  private func strangers() throws -> (Party<ToyHybridSuite>, Party<ToyHybridSuite>) {
    (try Party(account: 1), try Party(account: 2))
  }

  @Test("they fit the sessions as they are", arguments: [true, false])
  func conversation(oneTime: Bool) throws {
    var (alice, bob) = try strangers()
    try alice.initiate(bob.bundle(oneTime: oneTime), of: bob.remote)
    let (first, second) = (try alice.send("first"), try alice.send("second"))
    #expect(first.suite == ToyHybridSuite.id)
    #expect(try bob.receive(second, from: alice.remote) == "second")
    // A one-time KEM prekey is consumed, a last-resort one stays.
    #expect(bob.kem.isEmpty == oneTime)
    #expect(try bob.receive(first, from: alice.remote) == "first")
    for round in 0..<4 {
      #expect(try alice.receive(bob.send("b\(round)"), from: bob.remote) == "b\(round)")
      #expect(try bob.receive(alice.send("a\(round)"), from: alice.remote) == "a\(round)")
    }
    #expect(throws: CryptoError.duplicateMessage) { try bob.receive(first, from: alice.remote) }
  }

  @Test("any changed byte is refused")
  func tampering() throws {
    var (alice, bob) = try strangers()
    try alice.initiate(bob.bundle(), of: bob.remote)
    let bytes = try alice.send("hello").bytes
    let before = bob.record.serialized()
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x01
      #expect(throws: CryptoError.self, "byte \(index)") {
        try bob.receive(CiphertextMessage(bytes: changed), from: alice.remote)
      }
      #expect(bob.record.serialized().isEqual(to: before))
    }
    #expect(try bob.receive(CiphertextMessage(bytes: bytes), from: alice.remote) == "hello")
  }

  @Test("a bundle without its KEM prekey, or with one whose kind was changed, is refused")
  func bundles() throws {
    var bob = try Party<ToyHybridSuite>(account: 2)
    let bundle = try bob.bundle()
    let kem = try #require(bundle.kemPreKey)
    let without = UnverifiedPreKeyBundle(
      signedPreKey: bundle.signedPreKey, oneTimePreKey: bundle.oneTimePreKey,
      lastResortPreKey: bundle.lastResortPreKey)
    #expect(throws: CryptoError.malformed) { try without.verified(for: bob.remote) }
    let relabelled = UnverifiedPreKeyBundle(
      signedPreKey: bundle.signedPreKey, oneTimePreKey: nil, lastResortPreKey: nil,
      kemPreKey: try KEMPreKey(id: kem.id, isLastResort: true, publicKey: kem.publicKey, signature: kem.signature))
    #expect(throws: CryptoError.invalidSignature) { try relabelled.verified(for: bob.remote) }
  }

  @Test("a KEM prekey survives being stored, and suite 1 has none")
  func kemPreKeys() throws {
    let device = try DeviceIdentityKeyPair<ToyHybridSuite>()
    let pair = try KEMPreKeyPair<ToyHybridSuite>(id: 9, isLastResort: true)
    let restored = try KEMPreKeyPair<ToyHybridSuite>(serialized: pair.serialized())
    #expect(try restored.publicPreKey(signedBy: device) == pair.publicPreKey(signedBy: device))
    #expect(throws: CryptoError.invalidKeyLength) {
      try KEMPreKeyPair<ToyHybridSuite>(serialized: SecretBytes(copying: [1, 2, 3]))
    }
    #expect(throws: CryptoError.unsupportedSuite) { try KEMPreKeyPair<NativeClassicSuite>(id: 1, isLastResort: false) }
    #expect(throws: CryptoError.unsupportedSuite) {
      try KEMPreKey<NativeClassicSuite>(id: 1, isLastResort: false, publicKey: [], signature: [])
    }
  }
}
