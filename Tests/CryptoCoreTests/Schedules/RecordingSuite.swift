// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

@testable import CryptoCore

/// Keeps every key and nonce that messages were sealed with, so that one that is used for two plaintexts is found. A
/// message counts when it leaves: what a crash undid before is forgotten.
final class SealRecorder: Sendable {
  private struct State {
    var left: [[UInt8]: [UInt8]] = [:]
    var pending: [(use: [UInt8], plaintext: [UInt8])] = []
  }

  private let state = Mutex(State())

  @TaskLocal static var current: SealRecorder?

  fileprivate func sealed(_ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8]) {
    state.withLock { $0.pending.append((key.exposed() + nonce, plaintext)) }
  }

  /// What was sealed since the last time has left.
  /// - Returns: false if a key and nonce have sealed something else before.
  func left() -> Bool {
    state.withLock { state in
      defer { state.pending = [] }
      return state.pending.allSatisfy { use, plaintext in
        state.left.updateValue(plaintext, forKey: use).map { $0 == plaintext } ?? true
      }
    }
  }

  /// What was sealed since the last time never left.
  func undone() { state.withLock { $0.pending = [] } }
}

/// A suite whose messages' keys go to the `SealRecorder` of the task.
enum RecordingSuite<Base: CipherSuite>: CipherSuite {
  typealias Provider = Base.Provider
  typealias KEM = Base.KEM
  typealias Sparse = Base.Sparse

  static var id: SuiteID { Base.id }
  static var ratchetParameters: RatchetParameters { Base.ratchetParameters }
  static var signaturePrivateKeySize: Int { Base.signaturePrivateKeySize }
  static var signaturePublicKeySize: Int { Base.signaturePublicKeySize }
  static var signatureSize: Int { Base.signatureSize }
  static func generateSignatureKey() throws(CryptoError) -> SecretBytes { try Base.generateSignatureKey() }
  static func signaturePublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Base.signaturePublicKey(of: privateKey)
  }
  static func sign(_ message: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Base.sign(message, privateKey: privateKey)
  }
  static func isValid(signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    Base.isValid(signature: signature, of: message, publicKey: publicKey)
  }
  static var agreementPrivateKeySize: Int { Base.agreementPrivateKeySize }
  static var agreementPublicKeySize: Int { Base.agreementPublicKeySize }
  static func generateAgreementKey() throws(CryptoError) -> SecretBytes { try Base.generateAgreementKey() }
  static func agreementPublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Base.agreementPublicKey(of: privateKey)
  }
  static func agree(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoError) -> SecretBytes {
    try Base.agree(privateKey: privateKey, publicKey: publicKey)
  }
  static var aeadKeySize: Int { Base.aeadKeySize }
  static var aeadNonceSize: Int { Base.aeadNonceSize }
  static var aeadTagSize: Int { Base.aeadTagSize }
  static func seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    SealRecorder.current?.sealed(plaintext, key: key, nonce: nonce)
    return try Base.seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
  }
  static func open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Base.open(ciphertext, key: key, nonce: nonce, associatedData: associatedData)
  }
  static var keySize: Int { Base.keySize }
  static func mac(key: SecretBytes, message: [UInt8]) -> SecretBytes { Base.mac(key: key, message: message) }
  static func deriveKey(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Base.deriveKey(salt: salt, inputKey: inputKey, info: info, count: count)
  }
  static func digest(_ message: [UInt8]) -> [UInt8] { Base.digest(message) }
}
