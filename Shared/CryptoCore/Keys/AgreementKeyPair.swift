// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A Diffie-Hellman key pair: a ratchet key, an ephemeral key, or half of a `HandshakeKeyPair`.
package struct AgreementKeyPair<Suite: CipherSuite>: Sendable {
  package let privateKey: SecretBytes
  package let publicKey: [UInt8]

  init() throws(CryptoError) {
    try self.init(privateKey: Suite.generateAgreementKey())
  }

  package init(privateKey: SecretBytes) throws(CryptoError) {
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
}
