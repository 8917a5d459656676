// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("Key lengths")
struct KeyLengthTests {
  typealias Provider = NativeCryptoProvider

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
