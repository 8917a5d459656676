// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

package import CryptoCore
import NativeCrypto

/// Everything else is the native provider's.
extension ScriptedProvider {
  package static func x25519PublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Native.x25519PublicKey(of: privateKey)
  }

  package static func x25519(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoError) -> SecretBytes {
    try Native.x25519(privateKey: privateKey, publicKey: publicKey)
  }

  package static func ed25519PublicKey(of seed: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Native.ed25519PublicKey(of: seed)
  }

  package static func ed25519Sign(_ message: [UInt8], seed: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Native.ed25519Sign(message, seed: seed)
  }

  package static func ed25519Verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    Native.ed25519Verify(signature, of: message, publicKey: publicKey)
  }

  package static func mlkemPublicKey(of seed: SecretBytes, set: MLKEMParameterSet) throws(CryptoError) -> [UInt8] {
    try Native.mlkemPublicKey(of: seed, set: set)
  }

  package static func mlkemCheck(publicKey: [UInt8], set: MLKEMParameterSet) throws(CryptoError) {
    try Native.mlkemCheck(publicKey: publicKey, set: set)
  }

  package static func mlkemDecapsulate(
    _ ciphertext: [UInt8], seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoError) -> SecretBytes {
    try Native.mlkemDecapsulate(ciphertext, seed: seed, set: set)
  }

  package static func mldsaPublicKey(of seed: SecretBytes, set: MLDSAParameterSet) throws(CryptoError) -> [UInt8] {
    try Native.mldsaPublicKey(of: seed, set: set)
  }

  package static func mldsaSign(
    _ message: [UInt8], seed: SecretBytes, set: MLDSAParameterSet
  ) throws(CryptoError) -> [UInt8] {
    try Native.mldsaSign(message, seed: seed, set: set)
  }

  package static func mldsaVerify(
    _ signature: [UInt8], of message: [UInt8], context: [UInt8], publicKey: [UInt8], set: MLDSAParameterSet
  ) -> Bool {
    Native.mldsaVerify(signature, of: message, context: context, publicKey: publicKey, set: set)
  }

  package static func chaCha20Poly1305Seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Native.chaCha20Poly1305Seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
  }

  package static func chaCha20Poly1305Open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Native.chaCha20Poly1305Open(ciphertext, key: key, nonce: nonce, associatedData: associatedData)
  }

  package static func hmacSHA256(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    Native.hmacSHA256(key: key, message: message)
  }

  package static func hmacSHA512(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    Native.hmacSHA512(key: key, message: message)
  }

  package static func hkdfSHA256(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Native.hkdfSHA256(salt: salt, inputKey: inputKey, info: info, count: count)
  }

  package static func hkdfSHA512(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Native.hkdfSHA512(salt: salt, inputKey: inputKey, info: info, count: count)
  }

  package static func sha256(_ message: [UInt8]) -> [UInt8] { Native.sha256(message) }
  package static func sha512(_ message: [UInt8]) -> [UInt8] { Native.sha512(message) }
}
