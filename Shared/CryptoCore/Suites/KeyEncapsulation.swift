// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A key encapsulation mechanism that a suite adds to its handshake (PQXDH). Sizes are in bytes; a suite without one
/// uses `NoKEM`, whose sizes are zero, and then neither bundles nor messages have fields for it.
public protocol KeyEncapsulation: Sendable {
  static var privateKeySize: Int { get }
  static var publicKeySize: Int { get }
  static var ciphertextSize: Int { get }
  static func generatePrivateKey() throws(CryptoError) -> SecretBytes
  static func publicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8]
  static func encapsulate(to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation
  static func decapsulate(_ ciphertext: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> SecretBytes
}

extension KeyEncapsulation {
  /// Whether the suite encapsulates at all.
  static var isPresent: Bool { publicKeySize > 0 }
}

/// A fresh secret and the ciphertext from which the holder of the private key learns it.
public struct Encapsulation: Sendable {
  public let ciphertext: [UInt8]
  public let secret: SecretBytes

  public init(ciphertext: [UInt8], secret: SecretBytes) {
    self.ciphertext = ciphertext
    self.secret = secret
  }
}

/// No encapsulation: the handshake is X3DH.
public enum NoKEM: KeyEncapsulation {
  public static var privateKeySize: Int { 0 }
  public static var publicKeySize: Int { 0 }
  public static var ciphertextSize: Int { 0 }

  public static func generatePrivateKey() throws(CryptoError) -> SecretBytes {
    throw .unsupportedSuite
  }

  public static func publicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    throw .unsupportedSuite
  }

  public static func encapsulate(to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation {
    throw .unsupportedSuite
  }

  public static func decapsulate(_ ciphertext: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> SecretBytes {
    throw .unsupportedSuite
  }
}
