// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

package import CryptoCore

/// A suite that is another one but for what it says itself: tests change or watch one algorithm, and the rest is `Base`'s.
package protocol WrappedSuite: CipherSuite {
  associatedtype Base: CipherSuite
  associatedtype Provider = Base.Provider
  associatedtype KEM = Base.KEM
  associatedtype Sparse = Base.Sparse
}

extension WrappedSuite {
  package static var id: SuiteID { Base.id }
  package static var ratchetParameters: RatchetParameters { Base.ratchetParameters }
}

/// Signatures.
extension WrappedSuite {
  package static var signaturePrivateKeySize: Int { Base.signaturePrivateKeySize }
  package static var signaturePublicKeySize: Int { Base.signaturePublicKeySize }
  package static var signatureSize: Int { Base.signatureSize }

  package static func generateSignatureKey() throws(CryptoError) -> SecretBytes { try Base.generateSignatureKey() }

  package static func signaturePublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Base.signaturePublicKey(of: privateKey)
  }

  package static func sign(_ message: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Base.sign(message, privateKey: privateKey)
  }

  package static func isValid(signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    Base.isValid(signature: signature, of: message, publicKey: publicKey)
  }
}

/// Key agreement.
extension WrappedSuite {
  package static var agreementPrivateKeySize: Int { Base.agreementPrivateKeySize }
  package static var agreementPublicKeySize: Int { Base.agreementPublicKeySize }

  package static func generateAgreementKey() throws(CryptoError) -> SecretBytes { try Base.generateAgreementKey() }

  package static func agreementPublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Base.agreementPublicKey(of: privateKey)
  }

  package static func agree(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoError) -> SecretBytes {
    try Base.agree(privateKey: privateKey, publicKey: publicKey)
  }
}

/// The AEAD.
extension WrappedSuite {
  package static var aeadKeySize: Int { Base.aeadKeySize }
  package static var aeadNonceSize: Int { Base.aeadNonceSize }
  package static var aeadTagSize: Int { Base.aeadTagSize }

  package static func seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Base.seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
  }

  package static func open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Base.open(ciphertext, key: key, nonce: nonce, associatedData: associatedData)
  }
}

/// Key derivation.
extension WrappedSuite {
  package static var keySize: Int { Base.keySize }

  package static func mac(key: SecretBytes, message: [UInt8]) -> SecretBytes { Base.mac(key: key, message: message) }

  package static func deriveKey(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Base.deriveKey(salt: salt, inputKey: inputKey, info: info, count: count)
  }

  package static func digest(_ message: [UInt8]) -> [UInt8] { Base.digest(message) }
}
