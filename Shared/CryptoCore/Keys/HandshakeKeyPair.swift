// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a handshake agrees with: a Diffie-Hellman pair and, in suites with a KEM, a KEM pair beside it. The identity
/// agreement key and all prekeys are of this kind; both halves of the pair are agreement key ‖ KEM key.
struct HandshakeKeyPair<Suite: CipherSuite>: Sendable {
  let agreement: AgreementKeyPair<Suite>
  let kemPrivateKey: SecretBytes
  let publicKey: [UInt8]

  static var privateKeySize: Int { Suite.agreementPrivateKeySize + Suite.KEM.privateKeySize }

  init() throws(CryptoError) {
    try self.init(agreement: AgreementKeyPair(), kemPrivateKey: Suite.KEM.generatePrivateKey())
  }

  init(privateKey: SecretBytes) throws(CryptoError) {
    guard privateKey.count == Self.privateKeySize else { throw .invalidKeyLength }
    let size = Suite.agreementPrivateKeySize
    try self.init(
      agreement: AgreementKeyPair(privateKey: privateKey.slice(0..<size)),
      kemPrivateKey: privateKey.slice(size..<privateKey.count))
  }

  private init(agreement: AgreementKeyPair<Suite>, kemPrivateKey: SecretBytes) throws(CryptoError) {
    self.agreement = agreement
    self.kemPrivateKey = kemPrivateKey
    publicKey = agreement.publicKey + (try Suite.KEM.publicKey(of: kemPrivateKey))
  }

  var privateKey: SecretBytes { SecretBytes(concatenating: [agreement.privateKey, kemPrivateKey]) }

  /// id (u32) ‖ private key
  func serialized(id: UInt32) -> SecretBytes {
    var writer = ByteWriter(capacity: 4 + Self.privateKeySize)
    writer.write(id)
    writer.write(agreement.privateKey)
    writer.write(kemPrivateKey)
    return writer.finishSecret()
  }

  static func parse(_ serialized: SecretBytes) throws(CryptoError) -> (UInt32, HandshakeKeyPair) {
    guard serialized.count == 4 + privateKeySize else { throw .invalidKeyLength }
    var reader = ByteReader(serialized.slice(0..<4).exposed())
    return (try reader.readUInt32(), try HandshakeKeyPair(privateKey: serialized.slice(4..<serialized.count)))
  }
}

/// The public half of a `HandshakeKeyPair`, of the right length, taken apart.
struct HandshakePublicKey<Suite: CipherSuite>: Hashable, Sendable {
  let bytes: [UInt8]

  static var size: Int { Suite.agreementPublicKeySize + Suite.KEM.publicKeySize }

  init(_ bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count == Self.size else { throw .invalidKeyLength }
    self.bytes = bytes
  }

  var agreement: [UInt8] { Array(bytes[..<Suite.agreementPublicKeySize]) }
  var kem: [UInt8] { Array(bytes[Suite.agreementPublicKeySize...]) }
}
