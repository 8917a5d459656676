// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// A suite of the tests alone, with a KEM (Diffie-Hellman dressed as one) and a sparse ratchet (a hash chain that adds
/// four bytes to headers). It shows that suites with both fit the handshake, the ratchet, the layouts and the sessions
/// as they are.
enum ToyHybridSuite: CipherSuite {
  typealias Provider = NativeCryptoProvider
  typealias Base = NativeClassicSuite
  typealias KEM = ToyKEM
  typealias Sparse = ToySparseRatchet

  static var id: SuiteID { SuiteID(rawValue: 0xF0) }
  static var ratchetParameters: RatchetParameters { RatchetParameters(suite: id) }

  static var signaturePrivateKeySize: Int { 64 }
  static var signaturePublicKeySize: Int { 64 }
  static var signatureSize: Int { 128 }

  static func generateSignatureKey() throws(CryptoError) -> SecretBytes { try Provider.randomSecret(count: 64) }

  private static func halves(_ privateKey: SecretBytes) -> [SecretBytes] {
    let bytes = privateKey.exposed()
    return [SecretBytes(copying: Array(bytes[..<32])), SecretBytes(copying: Array(bytes[32...]))]
  }

  static func signaturePublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    var result: [UInt8] = []
    for half in halves(privateKey) { result += try Base.signaturePublicKey(of: half) }
    return result
  }

  static func sign(_ message: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    var result: [UInt8] = []
    for half in halves(privateKey) { result += try Base.sign(message, privateKey: half) }
    return result
  }

  static func isValid(signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    guard signature.count == signatureSize, publicKey.count == signaturePublicKeySize else { return false }
    let first = Base.isValid(
      signature: Array(signature[..<64]), of: message, publicKey: Array(publicKey[..<32]))
    let second = Base.isValid(
      signature: Array(signature[64...]), of: message, publicKey: Array(publicKey[32...]))
    return first && second
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
    try Base.seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
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

enum ToyKEM: KeyEncapsulation {
  static var privateKeySize: Int { 32 }
  static var publicKeySize: Int { 32 }
  static var ciphertextSize: Int { 32 }

  static func generatePrivateKey() throws(CryptoError) -> SecretBytes {
    try NativeCryptoProvider.randomSecret(count: 32)
  }

  static func publicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try NativeCryptoProvider.x25519PublicKey(of: privateKey)
  }

  static func encapsulate(to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation {
    let ephemeral = try NativeCryptoProvider.randomSecret(count: 32)
    return Encapsulation(
      ciphertext: try NativeCryptoProvider.x25519PublicKey(of: ephemeral),
      secret: try NativeCryptoProvider.x25519(privateKey: ephemeral, publicKey: publicKey))
  }

  static func decapsulate(_ ciphertext: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> SecretBytes {
    try NativeCryptoProvider.x25519(privateKey: privateKey, publicKey: ciphertext)
  }
}

/// Each message carries its number (u32) and is keyed with HMAC(seed, number); the state is seed ‖ next number (u32).
struct ToySparseRatchet: SparseRatchet {
  static var seedSize: Int { 32 }
  static var headerLimit: Int { 4 }

  private let seed: SecretBytes
  private var next: UInt32

  init(isInitiator: Bool, seed: SecretBytes) throws(CryptoError) {
    guard seed.count == 32 else { throw .invalidKeyLength }
    self.seed = seed
    next = isInitiator ? 0 : 1 << 31
  }

  init(serialized: SecretBytes) throws(CryptoError) {
    let bytes = serialized.exposed()
    guard bytes.count == 36 else { throw .malformed }
    seed = SecretBytes(copying: Array(bytes[..<32]))
    next = bytes[32...].reduce(0) { $0 << 8 | UInt32($1) }
  }

  func serialized() -> SecretBytes {
    SecretBytes(concatenating: [seed, SecretBytes(copying: Self.bytes(next))])
  }

  mutating func send() throws(CryptoError) -> SparseStep {
    defer { next += 1 }
    return SparseStep(header: Self.bytes(next), key: key(Self.bytes(next)))
  }

  mutating func receivingKey(header: [UInt8]) throws(CryptoError) -> SecretBytes? {
    guard header.count == 4 else { throw .malformed }
    return key(header)
  }

  mutating func receive(header: [UInt8]) throws(CryptoError) {}

  private func key(_ header: [UInt8]) -> SecretBytes {
    NativeCryptoProvider.hmacSHA256(key: seed, message: header)
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
