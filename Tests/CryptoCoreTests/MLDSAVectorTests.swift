// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

extension MLDSAParameterSet {
  /// The number in the names of vector files.
  var number: Int { self == .mldsa65 ? 65 : 87 }
}

@Suite("ML-DSA vectors")
struct MLDSAVectorTests {
  typealias Provider = NativeCryptoProvider

  struct KeyGeneration: Decodable {
    struct Case: Decodable {
      let seed: Hex
      let publicKey: Hex
    }
    let cases: [Case]
  }

  @Test("a seed gives NIST's public key", arguments: MLDSAParameterSet.allCases)
  func keyGeneration(set: MLDSAParameterSet) throws {
    let file = try VectorFile.load("ml-dsa", "nist_keygen_\(set.number)", as: KeyGeneration.self)
    #expect(file.cases.count == 13)
    for test in file.cases {
      #expect(try Provider.mldsaPublicKey(of: test.seed.secret, set: set) == test.publicKey.bytes)
    }
  }

  struct VerifyGroup: Decodable {
    struct Case: Decodable {
      let tcId: Int
      let msg: Hex
      let ctx: Hex?
      let sig: Hex
      let result: Verdict
    }
    let publicKey: Hex
    let tests: [Case]
  }

  @Test("verification agrees with Wycheproof", arguments: MLDSAParameterSet.allCases)
  func verification(set: MLDSAParameterSet) throws {
    let file = try VectorFile.load("ml-dsa", "mldsa_\(set.number)_verify_test", as: Wycheproof<VerifyGroup>.self)
    var (count, invalid) = (0, 0)
    for group in file.testGroups {
      for test in group.tests {
        count += 1
        if test.result == .invalid { invalid += 1 }
        let isValid = Provider.mldsaVerify(
          test.sig.bytes, of: test.msg.bytes, context: test.ctx?.bytes ?? [], publicKey: group.publicKey.bytes, set: set
        )
        #expect(isValid == (test.result == .valid), "case \(test.tcId)")
      }
    }
    #expect(count == file.numberOfTests && count >= 15 && invalid >= 10)
  }

  struct SignGroup: Decodable {
    struct Case: Decodable {
      let tcId: Int
      /// Absent where μ itself is signed, which the protocol never does.
      let msg: Hex?
      let ctx: Hex?
      let sig: Hex
      let result: Verdict
    }
    let privateSeed: Hex
    /// Absent where the seed is none.
    let publicKey: Hex?
    let tests: [Case]
  }

  // Our signatures are hedged, so they differ from the deterministic ones; both have to verify.
  @Test("seed, public key and signatures of Wycheproof belong together", arguments: MLDSAParameterSet.allCases)
  func signing(set: MLDSAParameterSet) throws {
    let file = try VectorFile.load("ml-dsa", "mldsa_\(set.number)_sign_seed_test", as: Wycheproof<SignGroup>.self)
    var (signed, refused) = (0, 0)
    for group in file.testGroups {
      let seed = group.privateSeed.secret
      guard seed.count == MLDSAParameterSet.seedSize else {
        refused += 1
        #expect(throws: CryptoError.invalidKeyLength) { try Provider.mldsaPublicKey(of: seed, set: set) }
        #expect(throws: CryptoError.invalidKeyLength) { try Provider.mldsaSign([], seed: seed, set: set) }
        continue
      }
      let publicKey = try Provider.mldsaPublicKey(of: seed, set: set)
      if let expected = group.publicKey { #expect(publicKey == expected.bytes) }
      for test in group.tests {
        guard let message = test.msg?.bytes else { continue }
        let context = test.ctx?.bytes ?? []
        let isValid = Provider.mldsaVerify(
          test.sig.bytes, of: message, context: context, publicKey: publicKey, set: set)
        #expect(isValid == (test.result == .valid), "case \(test.tcId)")
        guard isValid, context.isEmpty else { continue }
        signed += 1
        let signature = try Provider.mldsaSign(message, seed: seed, set: set)
        #expect(Provider.mldsaVerify(signature, of: message, context: [], publicKey: publicKey, set: set))
        #expect(!Provider.mldsaVerify(signature, of: message + [0], context: [], publicKey: publicKey, set: set))
      }
    }
    #expect(signed >= 8 && refused >= 1)
  }
}
