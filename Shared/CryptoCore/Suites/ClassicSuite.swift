// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Suite 1: X25519, Ed25519, ChaCha20-Poly1305, HKDF-SHA256 and HMAC-SHA256.
public enum ClassicSuite<Provider: CryptoProvider>: CipherSuite {
  public typealias KEM = NoKEM
  public typealias Sparse = NoSparseRatchet

  public static var id: SuiteID { .classic }
  public static var ratchetParameters: RatchetParameters { classicRatchetParameters }

  public static var signaturePrivateKeySize: Int { 32 }
  public static var signaturePublicKeySize: Int { 32 }
  public static var signatureSize: Int { 64 }

  public static func generateSignatureKey() throws(CryptoError) -> SecretBytes {
    try Provider.randomSecret(count: 32)
  }

  public static func signaturePublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Provider.ed25519PublicKey(of: privateKey)
  }

  public static func sign(_ message: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Provider.ed25519Sign(message, seed: privateKey)
  }

  public static func isValid(signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    Provider.ed25519Verify(signature, of: message, publicKey: publicKey)
  }

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

/// Made once: generic types have no stored statics.
private let classicRatchetParameters = RatchetParameters(suite: .classic)
