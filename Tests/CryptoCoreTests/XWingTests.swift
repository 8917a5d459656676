// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("X-Wing")
struct XWingTests {
  typealias KEM = XWing<NativeCryptoProvider>

  struct File: Decodable {
    struct Case: Decodable {
      let seed: Hex
      let eseed: Hex
      let ss: Hex
      let pk: Hex
      let ct: Hex
    }
    let cases: [Case]
  }

  @Test("keys, ciphertexts and secrets are those of the draft")
  func vectors() throws {
    let file = try VectorFile.load("x-wing", "xwing", as: File.self)
    #expect(file.cases.count == 3)
    for test in file.cases {
      let privateKey = try KEM.privateKey(seed: test.seed.secret)
      #expect(try KEM.publicKey(of: privateKey) == test.pk.bytes)
      let result = try KEM.encapsulate(to: test.pk.bytes, randomness: test.eseed.secret)
      #expect(result.ciphertext == test.ct.bytes)
      #expect(result.secret.exposed() == test.ss.bytes)
      #expect(try KEM.decapsulate(test.ct.bytes, privateKey: privateKey).exposed() == test.ss.bytes)
    }
  }

  @Test("a suite-2 agreement key is an X-Wing key with its halves exchanged")
  func agreementKeys() throws {
    let pair = try HandshakeKeyPair<NativeHybridSuite>()
    let publicKey = try KEM.publicKey(ofAgreementKey: pair.publicKey)
    #expect(publicKey == Array(pair.publicKey[32...] + pair.publicKey[..<32]))
    #expect(try KEM.publicKey(of: pair.privateKey) == publicKey)
    let result = try KEM.encapsulate(to: publicKey)
    #expect(result.ciphertext.count == 1_120)
    #expect(try KEM.decapsulate(result.ciphertext, privateKey: pair.privateKey).isEqual(to: result.secret))
    // In the wrong order the ML-KEM part is not canonical, or at least another key.
    let wrong: Encapsulation?
    do { wrong = try KEM.encapsulate(to: pair.publicKey) } catch { wrong = nil }
    if let wrong {
      #expect(try !KEM.decapsulate(wrong.ciphertext, privateKey: pair.privateKey).isEqual(to: wrong.secret))
    }
  }

  @Test("a change to either part of a ciphertext gives another secret or is refused")
  func tampering() throws {
    let privateKey = try KEM.generatePrivateKey()
    let publicKey = try KEM.publicKey(of: privateKey)
    let result = try KEM.encapsulate(to: publicKey)
    for position in [0, 1_087, 1_088, 1_118] {
      var changed = result.ciphertext
      changed[position] ^= 1
      #expect(try !KEM.decapsulate(changed, privateKey: privateKey).isEqual(to: result.secret), "byte \(position)")
    }
    let lowOrder = result.ciphertext[..<1_088] + [UInt8](repeating: 0, count: 32)
    #expect(throws: CryptoError.invalidKey) { try KEM.decapsulate(Array(lowOrder), privateKey: privateKey) }
    #expect(throws: CryptoError.malformed) { try KEM.decapsulate(result.ciphertext + [0], privateKey: privateKey) }
    #expect(throws: CryptoError.invalidKeyLength) { try KEM.encapsulate(to: Array(publicKey.dropLast())) }
    #expect(throws: CryptoError.invalidKeyLength) { try KEM.privateKey(seed: privateKey) }
    #expect(throws: CryptoError.invalidKeyLength) {
      try KEM.decapsulate(result.ciphertext, privateKey: SecretBytes(copying: [1]))
    }
  }
}
