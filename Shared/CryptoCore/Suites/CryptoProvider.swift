// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The primitives that a platform lends to the core. Public data are arrays, secrets are `SecretBytes`; lengths are in
/// bytes. Every function checks the lengths of what it is given and throws `invalidKeyLength` if they are wrong.
public protocol CryptoProvider: Sendable {
  /// Bytes from the operating system's generator. Throws `randomnessUnavailable`.
  static func randomBytes(count: Int) throws(CryptoError) -> [UInt8]
  /// The same for a secret that is never outside wiped memory.
  static func randomSecret(count: Int) throws(CryptoError) -> SecretBytes

  /// X25519 (RFC 7748): the public key of a 32-byte private key.
  static func x25519PublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8]
  /// The 32-byte shared secret. Throws `invalidKey` if it is all zero.
  static func x25519(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoError) -> SecretBytes

  /// Ed25519 (RFC 8032): the public key of a 32-byte seed.
  static func ed25519PublicKey(of seed: SecretBytes) throws(CryptoError) -> [UInt8]
  /// A signature of 64 bytes.
  static func ed25519Sign(_ message: [UInt8], seed: SecretBytes) throws(CryptoError) -> [UInt8]
  /// Whether the signature is valid; false for wrong lengths too. S must be below the group order.
  static func ed25519Verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool

  /// ML-KEM (FIPS 203): the public key of a seed d ‖ z.
  static func mlkemPublicKey(of seed: SecretBytes, set: MLKEMParameterSet) throws(CryptoError) -> [UInt8]
  /// Throws `invalidKeyLength` or `invalidKey` for a public key that fails the checks of FIPS 203, section 7.2.
  static func mlkemCheck(publicKey: [UInt8], set: MLKEMParameterSet) throws(CryptoError)
  /// A fresh secret for the holder of `publicKey`. Makes the checks of `mlkemCheck` itself.
  static func mlkemEncapsulate(to publicKey: [UInt8], set: MLKEMParameterSet) throws(CryptoError) -> Encapsulation
  /// The 32-byte secret; of a ciphertext that nobody made for this key a pseudorandom one (implicit rejection). Throws
  /// `malformed` for a wrong length.
  static func mlkemDecapsulate(
    _ ciphertext: [UInt8], seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoError) -> SecretBytes

  /// ML-DSA (FIPS 204): the public key of a seed ξ.
  static func mldsaPublicKey(of seed: SecretBytes, set: MLDSAParameterSet) throws(CryptoError) -> [UInt8]
  /// A signature with an empty context, hedged with fresh randomness or deterministic as the provider has it.
  static func mldsaSign(
    _ message: [UInt8], seed: SecretBytes, set: MLDSAParameterSet
  ) throws(CryptoError) -> [UInt8]
  /// Whether the signature is valid with this context (empty in our protocol); false for wrong lengths too.
  static func mldsaVerify(
    _ signature: [UInt8], of message: [UInt8], context: [UInt8], publicKey: [UInt8], set: MLDSAParameterSet
  ) -> Bool

  /// ChaCha20-Poly1305 (RFC 8439): key 32, nonce 12; answers ciphertext ‖ tag (16).
  static func chaCha20Poly1305Seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8]
  /// Opens ciphertext ‖ tag. Throws `authenticationFailed`.
  static func chaCha20Poly1305Open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8]

  /// HMAC-SHA256 (RFC 2104): 32 bytes.
  static func hmacSHA256(key: SecretBytes, message: [UInt8]) -> SecretBytes
  /// HMAC-SHA512: 64 bytes.
  static func hmacSHA512(key: SecretBytes, message: [UInt8]) -> SecretBytes
  /// HKDF-SHA256 (RFC 5869), extract and expand. Throws `invalidLength` for more than 8,160 bytes.
  static func hkdfSHA256(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes
  /// HKDF-SHA512. Throws `invalidLength` for more than 16,320 bytes.
  static func hkdfSHA512(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes

  /// 32 bytes.
  static func sha256(_ message: [UInt8]) -> [UInt8]
  /// 64 bytes.
  static func sha512(_ message: [UInt8]) -> [UInt8]
}
