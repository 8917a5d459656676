// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Suite 1: X25519, Ed25519, ChaCha20-Poly1305, HKDF-SHA256 and HMAC-SHA256.
public enum ClassicSuite<Provider: CryptoProvider>: Curve25519Suite {
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
}

/// Made once: generic types have no stored statics.
private let classicRatchetParameters = RatchetParameters(suite: .classic)
