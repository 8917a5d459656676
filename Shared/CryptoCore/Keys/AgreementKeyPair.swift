// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A Diffie-Hellman key pair; the named key types wrap it, so that one kind cannot be used for another.
struct AgreementKeyPair<Suite: CipherSuite>: Sendable {
  let privateKey: SecretBytes
  let publicKey: [UInt8]

  init() throws(CryptoError) {
    try self.init(privateKey: Suite.generateAgreementKey())
  }

  init(privateKey: SecretBytes) throws(CryptoError) {
    guard privateKey.count == Suite.agreementPrivateKeySize else { throw .invalidKeyLength }
    self.privateKey = privateKey
    publicKey = try Suite.agreementPublicKey(of: privateKey)
  }

  /// For a state that stored both halves.
  init(privateKey: SecretBytes, publicKey: [UInt8]) {
    self.privateKey = privateKey
    self.publicKey = publicKey
  }

  func agree(with publicKey: [UInt8]) throws(CryptoError) -> SecretBytes {
    try Suite.agree(privateKey: privateKey, publicKey: publicKey)
  }

  /// id (u32) ‖ private key
  func serialized(id: UInt32) -> SecretBytes {
    var writer = ByteWriter(capacity: 4 + privateKey.count)
    writer.write(id)
    writer.write(privateKey)
    return writer.finishSecret()
  }

  static func parse(_ serialized: SecretBytes) throws(CryptoError) -> (UInt32, AgreementKeyPair) {
    guard serialized.count == 4 + Suite.agreementPrivateKeySize else { throw .invalidKeyLength }
    var reader = ByteReader(serialized.slice(0..<4).exposed())
    return (try reader.readUInt32(), try AgreementKeyPair(privateKey: serialized.slice(4..<serialized.count)))
  }
}
