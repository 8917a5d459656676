// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// DHKEM(X25519, HKDF-SHA256) (RFC 9180, section 4.1): keys, ciphertexts and secrets of 32 bytes.
public enum DHKEMX25519<Provider: CryptoProvider>: HPKEAuthenticatedKEM {
  public static var id: UInt16 { 0x0020 }
  public static var privateKeySize: Int { 32 }
  public static var publicKeySize: Int { 32 }
  public static var ciphertextSize: Int { 32 }

  public static func generatePrivateKey() throws(CryptoError) -> SecretBytes {
    try Provider.randomSecret(count: 32)
  }

  /// DeriveKeyPair: a private key from at least 32 bytes of key material. Throws `invalidKeyLength`.
  public static func derivePrivateKey(from material: SecretBytes) throws(CryptoError) -> SecretBytes {
    guard material.count >= 32 else { throw .invalidKeyLength }
    return try kdf.extractAndExpand(
      salt: HPKELabeledKDF<Provider>.noSalt, label: "dkp_prk", input: material, expandLabel: "sk", info: [], count: 32)
  }

  public static func publicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Provider.x25519PublicKey(of: privateKey)
  }

  public static func encapsulate(to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation {
    let ephemeral = try generatePrivateKey()
    let ciphertext = try Provider.x25519PublicKey(of: ephemeral)
    let exchange = try Provider.x25519(privateKey: ephemeral, publicKey: publicKey)
    return Encapsulation(
      ciphertext: ciphertext, secret: try sharedSecret(exchange, context: ciphertext + publicKey))
  }

  public static func decapsulate(_ ciphertext: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> SecretBytes {
    let exchange = try Provider.x25519(privateKey: privateKey, publicKey: ciphertext)
    return try sharedSecret(exchange, context: ciphertext + publicKey(of: privateKey))
  }

  public static func encapsulate(
    to publicKey: [UInt8], from sender: SecretBytes
  ) throws(CryptoError) -> Encapsulation {
    let ephemeral = try generatePrivateKey()
    let ciphertext = try Provider.x25519PublicKey(of: ephemeral)
    let exchanges = SecretBytes(concatenating: [
      try Provider.x25519(privateKey: ephemeral, publicKey: publicKey),
      try Provider.x25519(privateKey: sender, publicKey: publicKey),
    ])
    let context = ciphertext + publicKey + (try self.publicKey(of: sender))
    return Encapsulation(ciphertext: ciphertext, secret: try sharedSecret(exchanges, context: context))
  }

  public static func decapsulate(
    _ ciphertext: [UInt8], privateKey: SecretBytes, from sender: [UInt8]
  ) throws(CryptoError) -> SecretBytes {
    let exchanges = SecretBytes(concatenating: [
      try Provider.x25519(privateKey: privateKey, publicKey: ciphertext),
      try Provider.x25519(privateKey: privateKey, publicKey: sender),
    ])
    return try sharedSecret(exchanges, context: ciphertext + publicKey(of: privateKey) + sender)
  }

  private static var kdf: HPKELabeledKDF<Provider> {
    HPKELabeledKDF(suiteID: HPKELabeledKDF<Provider>.ascii("KEM") + [0x00, 0x20])
  }

  /// ExtractAndExpand
  private static func sharedSecret(_ exchange: SecretBytes, context: [UInt8]) throws(CryptoError) -> SecretBytes {
    try kdf.extractAndExpand(
      salt: HPKELabeledKDF<Provider>.noSalt, label: "eae_prk", input: exchange, expandLabel: "shared_secret",
      info: context, count: 32)
  }
}
