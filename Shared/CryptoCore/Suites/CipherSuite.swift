// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A named set of algorithms. Everything above it (keys, handshake, ratchet, sessions) is generic over the suite and
/// knows no algorithm by name; sizes are in bytes.
public protocol CipherSuite: Sendable {
  associatedtype Provider: CryptoProvider
  /// What the handshake encapsulates with beside its Diffie-Hellman exchanges; `NoKEM` where there is none. Identity
  /// agreement keys and prekeys are an agreement key ‖ a KEM key.
  associatedtype KEM: KeyEncapsulation
  /// A second ratchet that runs beside the Double Ratchet; `NoSparseRatchet` where there is none.
  associatedtype Sparse: SparseRatchet

  static var id: SuiteID { get }
  /// Labels and bounds of the Double Ratchet under this suite.
  static var ratchetParameters: RatchetParameters { get }

  static var signaturePrivateKeySize: Int { get }
  static var signaturePublicKeySize: Int { get }
  static var signatureSize: Int { get }
  static func generateSignatureKey() throws(CryptoError) -> SecretBytes
  static func signaturePublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8]
  static func sign(_ message: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> [UInt8]
  static func isValid(signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool

  static var agreementPrivateKeySize: Int { get }
  static var agreementPublicKeySize: Int { get }
  static func generateAgreementKey() throws(CryptoError) -> SecretBytes
  static func agreementPublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8]
  /// Diffie-Hellman. Throws `invalidKey` for an all-zero result.
  static func agree(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoError) -> SecretBytes

  static var aeadKeySize: Int { get }
  static var aeadNonceSize: Int { get }
  static var aeadTagSize: Int { get }
  static func seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8]
  static func open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8]

  /// The size of chain keys, message keys and root keys: the output of `mac`.
  static var keySize: Int { get }
  static func mac(key: SecretBytes, message: [UInt8]) -> SecretBytes
  static func deriveKey(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes
  /// A collision-resistant digest of 32 bytes, for transcripts.
  static func digest(_ message: [UInt8]) -> [UInt8]
}
