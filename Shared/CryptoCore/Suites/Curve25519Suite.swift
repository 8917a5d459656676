// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What all our suites have in common: X25519 for every Diffie-Hellman exchange, ChaCha20-Poly1305, HKDF-SHA256,
/// HMAC-SHA256 and SHA-256.
public protocol Curve25519Suite: CipherSuite {}

extension Curve25519Suite {
  public static var agreementPrivateKeySize: Int { 32 }
  public static var agreementPublicKeySize: Int { 32 }

  public static func generateAgreementKey() throws(CryptoError) -> SecretBytes {
    try Provider.randomSecret(count: 32)
  }

  public static func agreementPublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Provider.x25519PublicKey(of: privateKey)
  }

  public static func agree(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoError) -> SecretBytes {
    try Provider.x25519(privateKey: privateKey, publicKey: publicKey)
  }

  public static var aeadKeySize: Int { 32 }
  public static var aeadNonceSize: Int { 12 }
  public static var aeadTagSize: Int { 16 }

  public static func seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Provider.chaCha20Poly1305Seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
  }

  public static func open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Provider.chaCha20Poly1305Open(ciphertext, key: key, nonce: nonce, associatedData: associatedData)
  }

  public static var keySize: Int { 32 }

  public static func mac(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    Provider.hmacSHA256(key: key, message: message)
  }

  public static func deriveKey(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Provider.hkdfSHA256(salt: salt, inputKey: inputKey, info: info, count: count)
  }

  public static func digest(_ message: [UInt8]) -> [UInt8] {
    Provider.sha256(message)
  }
}
