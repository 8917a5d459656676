// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What one device needs to open an envelope's body, 49 bytes in suite 1.
///
/// Layout: suite (u8) ‖ wrapped content key C (32) ‖ tag T (16) ‖ ML-KEM ciphertext (suites 2 and 3).
package struct EnvelopeHeader: Sendable {
  static let classicSize = 49

  package let suite: SuiteID
  package let wrappedKey: [UInt8]
  package let tag: [UInt8]
  package let ciphertext: [UInt8]

  static func size(of suite: SuiteID) throws(CryptoError) -> Int {
    classicSize + (try suite.known().kem?.ciphertextSize ?? 0)
  }

  init(suite: SuiteID, wrappedKey: [UInt8], tag: [UInt8], ciphertext: [UInt8]) {
    self.suite = suite
    self.wrappedKey = wrappedKey
    self.tag = tag
    self.ciphertext = ciphertext
  }

  init(from reader: inout ByteReader) throws(CryptoError) {
    suite = SuiteID(rawValue: try reader.readUInt8())
    wrappedKey = try reader.read(32)
    tag = try reader.read(16)
    ciphertext = try reader.read(Self.size(of: suite) - Self.classicSize)
  }

  var encoded: [UInt8] { [suite.rawValue] + wrappedKey + tag + ciphertext }

  /// C = content key ⊕ pad. The pad is HKDF over X25519 and, in hybrid suites, the ML-KEM secret, bound to the ephemeral
  /// key, the ciphertext and the recipient; it serves this one content key. (The two secrets are joined by HKDF, never by
  /// XOR.) Wrapping and unwrapping are the same.
  static func wrap<Provider: CryptoProvider>(
    _ key: SecretBytes, exchange: SecretBytes, kemSecret: SecretBytes?, suite: SuiteID, ephemeral: [UInt8],
    ciphertext: [UInt8], recipient: EnvelopeParty, _ provider: Provider.Type
  ) throws(CryptoError) -> SecretBytes {
    let pad = try Provider.hkdfSHA256(
      salt: SecretBytes(copying: [UInt8](repeating: 0, count: 32)),
      inputKey: kemSecret.map { SecretBytes(concatenating: [exchange, $0]) } ?? exchange,
      info: ProtocolLabel.bytes(ProtocolLabel.envelopeKey, suite: suite) + ephemeral + ciphertext + recipient.encoded,
      count: 32)
    guard key.count == 32 else { throw .invalidKeyLength }
    return SecretBytes(count: 32) { target in
      key.withBytes { key in
        pad.withBytes { pad in
          for index in 0..<32 { target[index] = key[index] ^ pad[index] }
        }
      }
    }
  }

  /// T: the sender's proof to this recipient, over everything that the recipient relies on.
  static func tag<Provider: CryptoProvider>(
    senderKey: SecretBytes, suite: SuiteID, ephemeral: [UInt8], wrappedKey: [UInt8], ciphertext: [UInt8],
    bodyDigest: [UInt8], _ provider: Provider.Type
  ) -> [UInt8] {
    let message =
      ProtocolLabel.bytes(ProtocolLabel.envelopeTag, suite: suite) + ephemeral + wrappedKey + ciphertext + bodyDigest
    return Provider.hmacSHA256(key: senderKey, message: message).slice(0..<16).exposed()
  }
}
