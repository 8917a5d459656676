// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The key of the root chain (RK).
package struct RootKey: Sendable {
  package let secret: SecretBytes

  package init(secret: SecretBytes) {
    self.secret = secret
  }

  /// KDF_RK: HKDF(salt: RK, ikm: DH output, info) cut into the next root key and a chain key.
  package func advanced<Suite: CipherSuite>(
    by exchange: SecretBytes, info: [UInt8], suite: Suite.Type
  ) throws(CryptoError) -> (RootKey, ChainKey) {
    let size = Suite.keySize
    let output = try Suite.deriveKey(salt: secret, inputKey: exchange, info: info, count: 2 * size)
    return (RootKey(secret: output.slice(0..<size)), ChainKey(secret: output.slice(size..<2 * size)))
  }
}

/// The key of a sending or receiving chain (CK).
package struct ChainKey: Sendable {
  package let secret: SecretBytes

  package init(secret: SecretBytes) {
    self.secret = secret
  }

  /// KDF_CK's message key: HMAC(CK, 0x01).
  package func messageKey<Suite: CipherSuite>(_ suite: Suite.Type) -> MessageKey {
    MessageKey(secret: Suite.mac(key: secret, message: [1]))
  }

  /// KDF_CK's next chain key: HMAC(CK, 0x02).
  package func next<Suite: CipherSuite>(_ suite: Suite.Type) -> ChainKey {
    ChainKey(secret: Suite.mac(key: secret, message: [2]))
  }
}

/// The seed of one message's AEAD key and nonce (mk). It is used for one message and then forgotten.
package struct MessageKey: Sendable {
  package let secret: SecretBytes

  package init(secret: SecretBytes) {
    self.secret = secret
  }

  /// HKDF(salt: the sparse ratchet's key or zeros, ikm: mk, info) cut into AEAD key and nonce.
  package func expanded<Suite: CipherSuite>(
    sparseKey: SecretBytes?, info: [UInt8], suite: Suite.Type
  ) throws(CryptoError) -> (key: SecretBytes, nonce: [UInt8]) {
    let size = Suite.aeadKeySize
    let output = try Suite.deriveKey(
      salt: sparseKey ?? .noSalt, inputKey: secret, info: info, count: size + Suite.aeadNonceSize)
    return (output.slice(0..<size), output.exposed(size..<output.count))
  }
}

/// Our own current ratchet key pair (DHs).
package struct RatchetKeyPair<Suite: CipherSuite>: Sendable {
  package let keyPair: AgreementKeyPair<Suite>

  package init(_ keyPair: AgreementKeyPair<Suite>) {
    self.keyPair = keyPair
  }

  /// A new pair. Throws `randomnessUnavailable`.
  package static func generate() throws(CryptoError) -> RatchetKeyPair {
    RatchetKeyPair(try AgreementKeyPair())
  }

  package var publicKey: RemoteRatchetKey { RemoteRatchetKey(bytes: keyPair.publicKey) }

  package func agree(with key: RemoteRatchetKey) throws(CryptoError) -> SecretBytes {
    try keyPair.agree(with: key.bytes)
  }
}

/// A ratchet public key as it travels in headers (DHr).
package struct RemoteRatchetKey: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }
}
