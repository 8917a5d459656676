// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CryptoCore

/// Encrypts single values of a local store: ChaCha20-Poly1305 under one 32-byte key, with a random nonce for each
/// value.
///
/// Sealed value: version (u8, 1) ‖ nonce (12) ‖ ciphertext ‖ tag (16). The associated data should name the value's
/// place (table, row, column), so that sealed values cannot change places. Under one key, seal fewer than 2^32 values:
/// random nonces of 96 bits then repeat with a probability below 2^-32.
public struct StoreCipher: Sendable {
  /// Bytes of key.
  public static let keySize = 32
  /// By how much a sealed value is longer than the value.
  public static let overhead = 29

  private static let version: UInt8 = 1
  private let key: SecretBytes

  /// Throws `invalidKeyLength`.
  public init(key: SecretBytes) throws(CryptoError) {
    guard key.count == Self.keySize else { throw .invalidKeyLength }
    self.key = key
  }

  /// A key for a new store. Throws `randomnessUnavailable`.
  public static func generateKey() throws(CryptoError) -> SecretBytes {
    try NativeCryptoProvider.randomSecret(count: keySize)
  }

  public func seal(_ plaintext: [UInt8], associatedData: [UInt8]) throws(CryptoError) -> [UInt8] {
    let nonce = try NativeCryptoProvider.randomBytes(count: 12)
    let ciphertext = try NativeCryptoProvider.chaCha20Poly1305Seal(
      plaintext, key: key, nonce: nonce, associatedData: associatedData)
    return [Self.version] + nonce + ciphertext
  }

  /// Seals a key or a session record.
  public func seal(_ secret: SecretBytes, associatedData: [UInt8]) throws(CryptoError) -> [UInt8] {
    try secret.withExposed { (bytes: [UInt8]) throws(CryptoError) in try seal(bytes, associatedData: associatedData) }
  }

  /// Throws `malformed`, `unsupportedVersion` or `authenticationFailed`.
  public func open(_ sealed: [UInt8], associatedData: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard sealed.count >= Self.overhead else { throw .malformed }
    guard sealed[0] == Self.version else { throw .unsupportedVersion }
    return try NativeCryptoProvider.chaCha20Poly1305Open(
      Array(sealed[13...]), key: key, nonce: Array(sealed[1..<13]), associatedData: associatedData)
  }

  /// Opens what was sealed as a secret.
  public func openSecret(_ sealed: [UInt8], associatedData: [UInt8]) throws(CryptoError) -> SecretBytes {
    var plaintext = try open(sealed, associatedData: associatedData)
    return SecretBytes(moving: &plaintext)
  }
}
