// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("ML-KEM encapsulation in two parts")
struct MLKEMEncapsulationTests {
  typealias Provider = NativeCryptoProvider

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
