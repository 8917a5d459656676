// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A key encapsulation mechanism that a suite adds to its handshake (PQXDH). Sizes are in bytes.
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

/// No encapsulation: keys, ciphertexts and secrets are empty, and PQXDH with it is X3DH.
public enum NoKEM: KeyEncapsulation {
  public static var privateKeySize: Int { 0 }
  public static var publicKeySize: Int { 0 }
  public static var ciphertextSize: Int { 0 }

  public static func generatePrivateKey() throws(CryptoError) -> SecretBytes { SecretBytes(copying: []) }

  public static func publicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] { [] }

  public static func encapsulate(to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation {
    Encapsulation(ciphertext: [], secret: SecretBytes(copying: []))
  }

  public static func decapsulate(_ ciphertext: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> SecretBytes {
    SecretBytes(copying: [])
  }
}

/// ML-KEM (FIPS 203) with private keys as seeds d ‖ z.
public enum MLKEM<Provider: CryptoProvider, Level: HybridLevel>: KeyEncapsulation {
  public static var privateKeySize: Int { MLKEMParameterSet.seedSize }
  public static var publicKeySize: Int { Level.kem.publicKeySize }
  public static var ciphertextSize: Int { Level.kem.ciphertextSize }

  public static func generatePrivateKey() throws(CryptoError) -> SecretBytes {
    try Provider.randomSecret(count: MLKEMParameterSet.seedSize)
  }

  public static func publicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Provider.mlkemPublicKey(of: privateKey, set: Level.kem)
  }

  public static func encapsulate(to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation {
    try Provider.mlkemEncapsulate(to: publicKey, set: Level.kem)
  }

  public static func decapsulate(_ ciphertext: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> SecretBytes {
    try Provider.mlkemDecapsulate(ciphertext, seed: privateKey, set: Level.kem)
  }
}
