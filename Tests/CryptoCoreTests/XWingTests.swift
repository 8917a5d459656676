// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("X-Wing")
struct XWingTests {
  typealias KEM = XWing<NativeCryptoProvider>

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
