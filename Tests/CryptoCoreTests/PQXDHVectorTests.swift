// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("PQXDH vectors")
struct PQXDHVectorTests {
  struct File: Decodable {
    struct Alice: Decodable {
      let identityPrivate: Hex
      let identityPublic: Hex
      let ephemeralPrivate: Hex
      let ephemeralPublic: Hex
      let kemEncapsulationRandomness_m: Hex
    }
    struct Bob: Decodable {
      let identityPrivate: Hex
      let identityPublic: Hex
      let signedPreKeyPrivate: Hex
      let signedPreKeyPublic: Hex
      let oneTimePreKeyPrivate: Hex?
      let oneTimePreKeyPublic: Hex?
      let kemSeed_d_z: Hex
      let kemPublic: Hex
    }
    struct Derived: Decodable {
      let hash: String
      let info: String
      let length: Int
      let output: Hex
    }
    struct Case: Decodable {
      let name: String
      let alice: Alice
      let bob: Bob
      let kemCiphertext: Hex
      let kemSharedSecret: Hex
      let dh1: Hex
      let dh2: Hex
      let dh3: Hex
      let dh4: Hex?
      let derived: [Derived]
    }
    let cases: [Case]
  }

  @Test("both sides compute the exchanges and secrets of suite 2's KEM")
  func level3() throws {
    try check(NativeHybridSuite.self, .mlkem768, "pqxdh_mlkem768")
  }

  @Test("both sides compute the exchanges and secrets of suite 3's KEM")
  func level5() throws {
    try check(NativeHybridLevel5Suite.self, .mlkem1024, "pqxdh_mlkem1024")
  }

  private func check<Suite: CipherSuite>(_ suite: Suite.Type, _ set: MLKEMParameterSet, _ name: String) throws {
    let file = try VectorFile.load("pqxdh", name, as: File.self)
    #expect(file.cases.count == 4)
    var derivations = 0
    for test in file.cases {
      let (alice, bob) = (test.alice, test.bob)
      let exchanges = try X3DH<Suite>.initiatorExchanges(
        identity: alice.identityPrivate.secret, ephemeral: alice.ephemeralPrivate.secret,
        remoteIdentity: bob.identityPublic.bytes, signedPreKey: bob.signedPreKeyPublic.bytes,
        fourthPreKey: bob.oneTimePreKeyPublic?.bytes)
      let expected = [test.dh1, test.dh2, test.dh3] + (test.dh4.map { [$0] } ?? [])
      #expect(exchanges.map { $0.exposed() } == expected.map(\.bytes), "\(test.name)")
      let answered = try X3DH<Suite>.responderExchanges(
        identity: bob.identityPrivate.secret, signedPreKey: bob.signedPreKeyPrivate.secret,
        fourthPreKey: bob.oneTimePreKeyPrivate?.secret, remoteIdentity: alice.identityPublic.bytes,
        remoteEphemeral: alice.ephemeralPublic.bytes)
      #expect(answered.map { $0.exposed() } == expected.map(\.bytes), "\(test.name)")
      #expect(try Suite.KEM.publicKey(of: bob.kemSeed_d_z.secret) == bob.kemPublic.bytes)
      let encapsulation = try MLKEMEncapsulation.encapsulate(
        to: bob.kemPublic.bytes, randomness: alice.kemEncapsulationRandomness_m.secret, set: set)
      #expect(encapsulation.ciphertext == test.kemCiphertext.bytes)
      #expect(encapsulation.secret.exposed() == test.kemSharedSecret.bytes)
      let secret = try Suite.KEM.decapsulate(test.kemCiphertext.bytes, privateKey: bob.kemSeed_d_z.secret)
      #expect(secret.exposed() == test.kemSharedSecret.bytes)
      for derived in test.derived where derived.hash == "sha256" {
        derivations += 1
        let output = try X3DH<Suite>.sharedSecret(
          exchanges: exchanges, kemSecret: secret, info: Array(derived.info.utf8), count: derived.length)
        #expect(output.exposed() == derived.output.bytes, "\(test.name) \(derived.info)")
      }
    }
    #expect(derivations >= 4)
  }
}
