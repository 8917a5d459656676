// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("X3DH vectors")
struct X3DHVectorTests {
  struct File: Decodable {
    struct Alice: Decodable {
      let identityPrivate: Hex
      let identityPublic: Hex
      let ephemeralPrivate: Hex
      let ephemeralPublic: Hex
    }
    struct Bob: Decodable {
      let identityPrivate: Hex
      let identityPublic: Hex
      let signedPreKeyPrivate: Hex
      let signedPreKeyPublic: Hex
      let oneTimePreKeyPrivate: Hex?
      let oneTimePreKeyPublic: Hex?
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
      let dh1: Hex
      let dh2: Hex
      let dh3: Hex
      let dh4: Hex?
      let derived: [Derived]
    }
    let cases: [Case]
  }

  @Test("both sides compute the published exchanges and secrets")
  func published() throws {
    let file = try VectorFile.load("x3dh", "x3dh", as: File.self)
    #expect(file.cases.count == 6)
    var derivations = 0
    for test in file.cases {
      let (alice, bob) = (test.alice, test.bob)
      let exchanges = try X3DH<NativeClassicSuite>.initiatorExchanges(
        identity: alice.identityPrivate.secret, ephemeral: alice.ephemeralPrivate.secret,
        remoteIdentity: bob.identityPublic.bytes, signedPreKey: bob.signedPreKeyPublic.bytes,
        fourthPreKey: bob.oneTimePreKeyPublic?.bytes)
      let expected = [test.dh1, test.dh2, test.dh3] + (test.dh4.map { [$0] } ?? [])
      #expect(exchanges.map { $0.exposed() } == expected.map(\.bytes), "\(test.name)")
      let answered = try X3DH<NativeClassicSuite>.responderExchanges(
        identity: bob.identityPrivate.secret, signedPreKey: bob.signedPreKeyPrivate.secret,
        fourthPreKey: bob.oneTimePreKeyPrivate?.secret, remoteIdentity: alice.identityPublic.bytes,
        remoteEphemeral: alice.ephemeralPublic.bytes)
      #expect(answered.map { $0.exposed() } == expected.map(\.bytes), "\(test.name)")
      for derived in test.derived where derived.hash == "sha256" {
        derivations += 1
        let secret = try X3DH<NativeClassicSuite>.sharedSecret(
          exchanges: exchanges, kemSecret: SecretBytes(copying: []), info: Array(derived.info.utf8),
          count: derived.length)
        #expect(secret.exposed() == derived.output.bytes, "\(test.name) \(derived.info)")
      }
    }
    #expect(derivations >= 12)
  }
}
