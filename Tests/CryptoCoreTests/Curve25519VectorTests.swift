// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("X25519 and Ed25519 vectors")
struct Curve25519VectorTests {
  typealias Provider = NativeCryptoProvider

  struct XGroup: Decodable {
    struct Case: Decodable {
      let tcId: Int
      let flags: [String]
      let `public`: Hex
      let `private`: Hex
      let shared: Hex
      let result: Verdict
    }
    let tests: [Case]
  }

  // "Acceptable" are public keys that an implementation may refuse: twist, non-canonical and low order. We compute with
  // the first two, as RFC 7748 has it, and refuse every key that gives an all-zero secret.
  @Test("X25519 agrees with Wycheproof, and an all-zero secret is refused")
  func wycheproofX25519() throws {
    let file = try VectorFile.load("x25519", "x25519_test", as: Wycheproof<XGroup>.self)
    var count = 0
    for test in file.testGroups.flatMap(\.tests) {
      count += 1
      if test.flags.contains("ZeroSharedSecret") {
        #expect(throws: CryptoError.invalidKey, "case \(test.tcId)") {
          try Provider.x25519(privateKey: test.private.secret, publicKey: test.public.bytes)
        }
      } else {
        let shared = try Provider.x25519(privateKey: test.private.secret, publicKey: test.public.bytes)
        #expect(shared.exposed() == test.shared.bytes, "case \(test.tcId)")
      }
    }
    #expect(count == file.numberOfTests && count == 260)
  }

  struct RFC7748: Decodable {
    struct Multiplication: Decodable {
      let scalar: Hex
      let u: Hex
      let out: Hex
    }
    struct Iterated: Decodable {
      struct Step: Decodable {
        let iterations: Int
        let k: Hex
      }
      let start_k_and_u: Hex
      let after: [Step]
    }
    struct Exchange: Decodable {
      let alicePrivate: Hex
      let alicePublic: Hex
      let bobPrivate: Hex
      let bobPublic: Hex
      let shared: Hex
    }
    let scalarMult: [Multiplication]
    let iterated: Iterated
    let diffieHellman: Exchange
  }

  @Test("X25519 agrees with RFC 7748")
  func rfc7748() throws {
    let file = try VectorFile.load("x25519", "rfc7748", as: RFC7748.self)
    for test in file.scalarMult {
      #expect(
        try Provider.x25519(privateKey: test.scalar.secret, publicKey: test.u.bytes).exposed() == test.out.bytes)
    }
    var (k, u) = (file.iterated.start_k_and_u.bytes, file.iterated.start_k_and_u.bytes)
    var iterations = 0
    for step in file.iterated.after {
      while iterations < step.iterations {
        (k, u) = (try Provider.x25519(privateKey: SecretBytes(copying: k), publicKey: u).exposed(), k)
        iterations += 1
      }
      #expect(k == step.k.bytes)
    }
    let exchange = file.diffieHellman
    #expect(try Provider.x25519PublicKey(of: exchange.alicePrivate.secret) == exchange.alicePublic.bytes)
    #expect(try Provider.x25519PublicKey(of: exchange.bobPrivate.secret) == exchange.bobPublic.bytes)
    #expect(
      try Provider.x25519(privateKey: exchange.bobPrivate.secret, publicKey: exchange.alicePublic.bytes).exposed()
        == exchange.shared.bytes)
  }

  struct EdGroup: Decodable {
    struct Key: Decodable {
      let pk: Hex
    }
    struct Case: Decodable {
      let tcId: Int
      let msg: Hex
      let sig: Hex
      let result: Verdict
    }
    let publicKey: Key
    let tests: [Case]
  }

  @Test("Ed25519 agrees with Wycheproof")
  func wycheproofEd25519() throws {
    let file = try VectorFile.load("ed25519", "ed25519_test", as: Wycheproof<EdGroup>.self)
    var count = 0
    for group in file.testGroups {
      for test in group.tests {
        count += 1
        let isValid = Provider.ed25519Verify(test.sig.bytes, of: test.msg.bytes, publicKey: group.publicKey.pk.bytes)
        #expect(test.result != .acceptable)
        #expect(isValid == (test.result == .valid), "case \(test.tcId)")
      }
    }
    #expect(count == file.numberOfTests && count == 76)
  }

  struct Signatures: Decodable {
    struct Case: Decodable {
      let seed: Hex
      let publicKey: Hex
      let message: Hex
      let signature: Hex
    }
    let cases: [Case]
  }

  @Test("Ed25519 signs as RFC 8032 and SUPERCOP have it", arguments: [("rfc8032", 4), ("sign_supercop", 66)])
  func signatures(name: String, count: Int) throws {
    let file = try VectorFile.load("ed25519", name, as: Signatures.self)
    #expect(file.cases.count == count)
    for test in file.cases {
      #expect(try Provider.ed25519PublicKey(of: test.seed.secret) == test.publicKey.bytes)
      #expect(Provider.ed25519Verify(test.signature.bytes, of: test.message.bytes, publicKey: test.publicKey.bytes))
      // Signing is deterministic in RFC 8032; a provider may hedge it with randomness, but ours does not.
      #expect(try Provider.ed25519Sign(test.message.bytes, seed: test.seed.secret) == test.signature.bytes)
    }
  }

  struct EdgeCases: Decodable {
    struct Case: Decodable {
      struct Rules: Decodable {
        let cofactorless: Bool
      }
      let number: Int
      let key: Hex
      let sig: Hex
      let msg: String
      let expect: Rules
    }
    let cases: [Case]
  }

  @Test("Ed25519 verification is the cofactorless rule in every edge case of CCTV")
  func edgeCases() throws {
    let file = try VectorFile.load("ed25519", "cctv_edge_cases", as: EdgeCases.self)
    #expect(file.cases.count == 454)
    for test in file.cases {
      let isValid = Provider.ed25519Verify(test.sig.bytes, of: Array(test.msg.utf8), publicKey: test.key.bytes)
      #expect(isValid == test.expect.cofactorless, "case \(test.number)")
    }
  }

  struct SpecCheck: Decodable {
    struct Case: Decodable {
      struct Acceptance: Decodable {
        let boringssl: Bool
      }
      let number: Int
      let publicKey: Hex
      let message: Hex
      let signature: Hex
      let accepts: Acceptance
    }
    let cases: [Case]
  }

  @Test("Ed25519 verification answers the speccheck as BoringSSL")
  func specCheck() throws {
    let file = try VectorFile.load("ed25519", "speccheck", as: SpecCheck.self)
    #expect(file.cases.count == 12)
    for test in file.cases {
      let isValid = Provider.ed25519Verify(
        test.signature.bytes, of: test.message.bytes, publicKey: test.publicKey.bytes)
      #expect(isValid == test.accepts.boringssl, "case \(test.number)")
    }
  }

  @Test("keys of a wrong length are refused", arguments: [0, 1, 31, 33, 64])
  func wrongLengths(count: Int) throws {
    let wrong = SecretBytes(copying: [UInt8](repeating: 9, count: count))
    let right = try Provider.randomSecret(count: 32)
    #expect(throws: CryptoError.invalidKeyLength) { try Provider.x25519PublicKey(of: wrong) }
    #expect(throws: CryptoError.invalidKeyLength) { try Provider.ed25519PublicKey(of: wrong) }
    #expect(throws: CryptoError.invalidKeyLength) { try Provider.ed25519Sign([], seed: wrong) }
    #expect(throws: CryptoError.invalidKeyLength) {
      try Provider.x25519(privateKey: wrong, publicKey: [UInt8](repeating: 9, count: 32))
    }
    #expect(throws: CryptoError.invalidKeyLength) {
      try Provider.x25519(privateKey: right, publicKey: wrong.exposed())
    }
    let signature = try Provider.ed25519Sign([1], seed: right)
    #expect(!Provider.ed25519Verify(signature, of: [1], publicKey: wrong.exposed()))
    let publicKey = try Provider.ed25519PublicKey(of: right)
    #expect(Provider.ed25519Verify(signature, of: [1], publicKey: publicKey))
    #expect(!Provider.ed25519Verify(Array(signature.prefix(count == 64 ? 63 : count)), of: [1], publicKey: publicKey))
  }
}
