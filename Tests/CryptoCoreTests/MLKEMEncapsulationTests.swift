// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("ML-KEM encapsulation in two parts")
struct MLKEMEncapsulationTests {
  typealias Provider = NativeCryptoProvider

  struct Cases: Decodable {
    struct Case: Decodable {
      let tcId: Int
      let ek: Hex
      let m: Hex
      let c: Hex
      let K: Hex
      let result: Verdict
    }
    let tests: [Case]
  }

  @Test("all encapsulation vectors agree, and invalid keys are refused", arguments: MLKEMParameterSet.allCases)
  func wycheproof(set: MLKEMParameterSet) throws {
    let file = try VectorFile.load("ml-kem", "mlkem_\(set.number)_encaps_test", as: Wycheproof<Cases>.self)
    var (count, valid) = (0, 0)
    for test in file.testGroups.flatMap(\.tests) {
      count += 1
      if test.result == .valid {
        valid += 1
        let result = try MLKEMEncapsulation.encapsulate(to: test.ek.bytes, randomness: test.m.secret, set: set)
        #expect(result.ciphertext == test.c.bytes && result.secret.exposed() == test.K.bytes, "case \(test.tcId)")
      } else {
        let expected: CryptoError = test.ek.bytes.count == set.publicKeySize ? .invalidKey : .invalidKeyLength
        #expect(throws: expected, "case \(test.tcId)") {
          try MLKEMEncapsulation.encapsulate(to: test.ek.bytes, randomness: test.m.secret, set: set)
        }
      }
    }
    #expect(count == file.numberOfTests && count > 130 && valid > 60)
  }

  struct Special: Decodable {
    struct Encapsulation: Decodable {
      let parameterSet: String
      let ek: Hex
      let m: Hex
      let c: Hex
      let K: Hex
    }
    struct Keys: Decodable {
      let parameterSet: String
      let ek: [Hex]
    }
    let encapsulate: [Encapsulation]
    let invalidEncapsulationKeys: [Keys]
  }

  @Test(
    "sampling that needs many blocks agrees, and a coefficient of q is refused", arguments: MLKEMParameterSet.allCases)
  func special(set: MLKEMParameterSet) throws {
    let file = try VectorFile.load("ml-kem", "cctv_special", as: Special.self)
    let name = "ML-KEM-\(set.number)"
    let test = try #require(file.encapsulate.first { $0.parameterSet == name })
    let result = try MLKEMEncapsulation.encapsulate(to: test.ek.bytes, randomness: test.m.secret, set: set)
    #expect(result.ciphertext == test.c.bytes && result.secret.exposed() == test.K.bytes)
    let keys = try #require(file.invalidEncapsulationKeys.first { $0.parameterSet == name }).ek
    #expect(keys.count == 12)
    for key in keys {
      let header = try MLKEMEncapsulation.header(of: key.bytes, set: set)
      let vector = try MLKEMEncapsulation.vector(of: key.bytes, set: set)
      #expect(!MLKEMEncapsulation.isValid(vector: vector, for: header, set: set))
      #expect(throws: CryptoError.invalidKey) {
        try MLKEMEncapsulation.encapsulate(to: key.bytes, randomness: test.m.secret, set: set)
      }
    }
  }

  struct Accumulated: Decodable {
    struct Case: Decodable {
      let parameterSet: String
      let iterations: Int
      let hash: Hex
    }
    let cases: [Case]
  }

  @Test("a hundred random cases have the published hash", arguments: MLKEMParameterSet.allCases)
  func accumulated(set: MLKEMParameterSet) throws {
    let file = try VectorFile.load("ml-kem", "accumulated", as: Accumulated.self)
    let test = try #require(file.cases.first { $0.parameterSet == "ML-KEM-\(set.number)" && $0.iterations == 100 })
    var stream = KeccakSponge.shake128()
    var digest = KeccakSponge.shake128()
    for _ in 0..<test.iterations {
      let (seed, randomness) = (stream.squeezeSecret(64), stream.squeezeSecret(32))
      let random = stream.squeeze(set.ciphertextSize)
      let key = try Provider.mlkemPublicKey(of: seed, set: set)
      let result = try MLKEMEncapsulation.encapsulate(to: key, randomness: randomness, set: set)
      digest.absorb(key + result.ciphertext)
      digest.absorb(result.secret)
      digest.absorb(try Provider.mlkemDecapsulate(random, seed: seed, set: set))
    }
    #expect(digest.squeeze(32) == test.hash.bytes)
  }

  @Test("the provider decapsulates what both parts make", arguments: MLKEMParameterSet.allCases)
  func roundTrip(set: MLKEMParameterSet) throws {
    for _ in 0..<10 {
      let seed = try Provider.randomSecret(count: 64)
      let key = try Provider.mlkemPublicKey(of: seed, set: set)
      let header = try MLKEMEncapsulation.header(of: key, set: set)
      let randomness = try Provider.randomSecret(count: 32)
      let first = try MLKEMEncapsulation.firstPart(header: header, randomness: randomness, set: set)
      let second = try MLKEMEncapsulation.secondPart(
        header: header, randomness: randomness, vector: MLKEMEncapsulation.vector(of: key, set: set), set: set)
      #expect(first.ciphertext.count == set.firstPartSize && second.count == set.secondPartSize)
      let opened = try Provider.mlkemDecapsulate(first.ciphertext + second, seed: seed, set: set)
      #expect(opened.isEqual(to: first.sharedSecret))
    }
  }

  @Test("a vector that is not the promised one, and wrong lengths, are refused", arguments: MLKEMParameterSet.allCases)
  func wrongVectors(set: MLKEMParameterSet) throws {
    let key = try Provider.mlkemPublicKey(of: Provider.randomSecret(count: 64), set: set)
    let header = try MLKEMEncapsulation.header(of: key, set: set)
    let vector = try MLKEMEncapsulation.vector(of: key, set: set)
    let randomness = try Provider.randomSecret(count: 32)
    #expect(MLKEMEncapsulation.isValid(vector: vector, for: header, set: set))
    for index in [0, 31, 32, 63] {
      var changed = header
      changed[index] ^= 0x10
      #expect(!MLKEMEncapsulation.isValid(vector: vector, for: changed, set: set))
    }
    var changed = vector
    changed[17] ^= 1
    #expect(throws: CryptoError.invalidKey) {
      try MLKEMEncapsulation.secondPart(header: header, randomness: randomness, vector: changed, set: set)
    }
    #expect(!MLKEMEncapsulation.isValid(vector: Array(vector.dropLast()), for: header, set: set))
    #expect(throws: CryptoError.invalidKeyLength) {
      try MLKEMEncapsulation.firstPart(header: Array(header.dropLast()), randomness: randomness, set: set)
    }
    #expect(throws: CryptoError.invalidKeyLength) {
      try MLKEMEncapsulation.firstPart(
        header: header, randomness: SecretBytes(copying: [UInt8](repeating: 0, count: 31)), set: set)
    }
    #expect(throws: CryptoError.invalidKeyLength) { try MLKEMEncapsulation.header(of: vector, set: set) }
  }

  @Test("compression without division is rounding, for every coefficient and size")
  func compression() {
    for bits in [4, 5, 10, 11] {
      for value in 0..<3329 {
        let rounded = ((value << bits) * 2 + 3329) / (2 * 3329) % (1 << bits)
        #expect(Int(RingElements.compress(Int16(value), bits: bits)) == rounded)
      }
    }
  }

  @Test("reduction is exact for every 16-bit value, and Montgomery products for many")
  func reduction() {
    for value in Int16.min...Int16.max {
      let expected = (Int(value) % 3329 + 3329) % 3329
      #expect(Int(canonical(value)) == expected && abs(Int(centered(value))) <= 1665)
    }
    for value in stride(from: Int16.min, to: Int16.max, by: 97) {
      for factor in stride(from: Int16(-3328), through: 3328, by: 301) {
        let product = montgomeryProduct(value, factor)
        #expect((Int(product) * 65536 - Int(value) * Int(factor)) % 3329 == 0 && abs(Int(product)) < 3329)
      }
    }
  }
}
