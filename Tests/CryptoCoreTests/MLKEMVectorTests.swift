// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

extension MLKEMParameterSet {
  /// The number in the names of vector files.
  var number: Int { self == .mlkem768 ? 768 : 1_024 }
}

@Suite("ML-KEM vectors")
struct MLKEMVectorTests {
  typealias Provider = NativeCryptoProvider

  struct KeyGeneration: Decodable {
    struct Case: Decodable {
      let tcId: Int
      let seed: Hex
      let ek: Hex
      let result: Verdict
    }
    let tests: [Case]
  }

  @Test("a seed gives the published public key", arguments: MLKEMParameterSet.allCases)
  func keyGeneration(set: MLKEMParameterSet) throws {
    let file = try VectorFile.load("ml-kem", "mlkem_\(set.number)_keygen_seed_test", as: Wycheproof<KeyGeneration>.self)
    var count = 0
    for test in file.testGroups.flatMap(\.tests) {
      count += 1
      #expect(test.result == .valid)
      #expect(try Provider.mlkemPublicKey(of: test.seed.secret, set: set) == test.ek.bytes, "case \(test.tcId)")
      try Provider.mlkemCheck(publicKey: test.ek.bytes, set: set)
    }
    #expect(count == file.numberOfTests && count >= 20)
  }

  struct Decapsulation: Decodable {
    struct Case: Decodable {
      let tcId: Int
      let seed: Hex
      let ek: Hex?
      let c: Hex
      let K: Hex
      let result: Verdict
    }
    let tests: [Case]
  }

  @Test(
    "decapsulation agrees with Wycheproof, implicit rejection included, and wrong lengths are refused",
    arguments: MLKEMParameterSet.allCases)
  func decapsulation(set: MLKEMParameterSet) throws {
    let file = try VectorFile.load("ml-kem", "mlkem_\(set.number)_test", as: Wycheproof<Decapsulation>.self)
    var (count, invalid) = (0, 0)
    for test in file.testGroups.flatMap(\.tests) {
      count += 1
      if test.result == .valid {
        let secret = try Provider.mlkemDecapsulate(test.c.bytes, seed: test.seed.secret, set: set)
        #expect(secret.exposed() == test.K.bytes, "case \(test.tcId)")
        if let publicKey = test.ek {
          #expect(try Provider.mlkemPublicKey(of: test.seed.secret, set: set) == publicKey.bytes)
        }
      } else {
        invalid += 1
        let expected: CryptoError = test.c.bytes.count == set.ciphertextSize ? .invalidKeyLength : .malformed
        #expect(throws: expected, "case \(test.tcId)") {
          try Provider.mlkemDecapsulate(test.c.bytes, seed: test.seed.secret, set: set)
        }
      }
    }
    #expect(count == file.numberOfTests && count >= 30 && invalid >= 4)
  }

  struct Encapsulation: Decodable {
    struct Case: Decodable {
      let tcId: Int
      let ek: Hex
      let result: Verdict
    }
    let tests: [Case]
  }

  // The randomness of these cases goes into the incremental encapsulation alone; here they say which keys are keys.
  @Test("a public key that is no public key is refused", arguments: MLKEMParameterSet.allCases)
  func publicKeys(set: MLKEMParameterSet) throws {
    let file = try VectorFile.load("ml-kem", "mlkem_\(set.number)_encaps_test", as: Wycheproof<Encapsulation>.self)
    var (count, invalid) = (0, 0)
    for test in file.testGroups.flatMap(\.tests) {
      count += 1
      let key = test.ek.bytes
      if test.result == .valid {
        try Provider.mlkemCheck(publicKey: key, set: set)
        #expect(try Provider.mlkemEncapsulate(to: key, set: set).ciphertext.count == set.ciphertextSize)
      } else {
        invalid += 1
        let expected: CryptoError = key.count == set.publicKeySize ? .invalidKey : .invalidKeyLength
        #expect(throws: expected, "case \(test.tcId)") { try Provider.mlkemCheck(publicKey: key, set: set) }
        #expect(throws: expected, "case \(test.tcId)") { try Provider.mlkemEncapsulate(to: key, set: set) }
      }
    }
    #expect(count == file.numberOfTests && invalid >= 12)
  }

  struct Special: Decodable {
    struct Keys: Decodable {
      let parameterSet: String
      let ek: [Hex]
    }
    let invalidEncapsulationKeys: [Keys]
  }

  @Test("a public key with a coefficient of q or more is refused", arguments: MLKEMParameterSet.allCases)
  func modulus(set: MLKEMParameterSet) throws {
    let file = try VectorFile.load("ml-kem", "cctv_special", as: Special.self)
    var count = 0
    for keys in file.invalidEncapsulationKeys where keys.parameterSet == "ML-KEM-\(set.number)" {
      for key in keys.ek {
        count += 1
        #expect(throws: CryptoError.invalidKey) { try Provider.mlkemCheck(publicKey: key.bytes, set: set) }
      }
    }
    #expect(count == 12)
  }

  @Test(
    "both sides learn the same secret, and a changed ciphertext gives another", arguments: MLKEMParameterSet.allCases)
  func roundTrip(set: MLKEMParameterSet) throws {
    let seed = try Provider.randomSecret(count: MLKEMParameterSet.seedSize)
    let result = try Provider.mlkemEncapsulate(to: Provider.mlkemPublicKey(of: seed, set: set), set: set)
    #expect(result.secret.count == MLKEMParameterSet.sharedSecretSize)
    #expect(try Provider.mlkemDecapsulate(result.ciphertext, seed: seed, set: set).isEqual(to: result.secret))
    var changed = result.ciphertext
    changed[changed.count - 1] ^= 1
    #expect(try !Provider.mlkemDecapsulate(changed, seed: seed, set: set).isEqual(to: result.secret))
    for count in [0, 32, 63, 65] {
      let wrong = SecretBytes(copying: [UInt8](repeating: 1, count: count))
      #expect(throws: CryptoError.invalidKeyLength) { try Provider.mlkemPublicKey(of: wrong, set: set) }
    }
  }
}
