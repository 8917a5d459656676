// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What both sides of an HPKE exchange share (RFC 9180, section 5): a key, a nonce to count from, a secret to export
/// from. KDF: HKDF-SHA256 (0x0001).
package struct HPKEContext<KEM: HPKEKEM>: Sendable {
  enum Mode: UInt8 {
    case base = 0
    case preSharedKey = 1
    case authenticated = 2
    case authenticatedPreSharedKey = 3

    init(isAuthenticated: Bool, hasPreSharedKey: Bool) {
      switch (isAuthenticated, hasPreSharedKey) {
      case (false, false): self = .base
      case (false, true): self = .preSharedKey
      case (true, false): self = .authenticated
      case (true, true): self = .authenticatedPreSharedKey
      }
    }
  }

  private let encryption: HPKEEncryption
  package let key: SecretBytes
  package let baseNonce: [UInt8]
  package let exporterSecret: SecretBytes
  /// The number of the next message.
  private(set) var sequence: UInt64 = 0

  /// KeySchedule (section 5.1).
  package init(
    sharedSecret: SecretBytes, isAuthenticated: Bool, info: [UInt8], preSharedKey: HPKEPreSharedKey?,
    encryption: HPKEEncryption
  ) throws(CryptoError) {
    let kdf = Self.kdf(encryption)
    let mode = Mode(isAuthenticated: isAuthenticated, hasPreSharedKey: preSharedKey != nil)
    let context =
      [mode.rawValue] + kdf.extract(label: "psk_id_hash", input: preSharedKey?.id ?? [])
      + kdf.extract(label: "info_hash", input: info)
    let psk = preSharedKey?.secret ?? HPKELabeledKDF<KEM.Provider>.noSalt
    func derive(_ label: StaticString, count: Int) throws(CryptoError) -> SecretBytes {
      try kdf.extractAndExpand(
        salt: sharedSecret, label: "secret", input: psk, expandLabel: label, info: context, count: count)
    }
    self.encryption = encryption
    exporterSecret = try derive("exp", count: 32)
    switch encryption {
    case .chaCha20Poly1305:
      key = try derive("key", count: 32)
      baseNonce = try derive("base_nonce", count: 12).exposed()
    case .exportOnly:
      key = HPKELabeledKDF<KEM.Provider>.noSalt
      baseNonce = []
    }
  }

  mutating func seal(_ plaintext: [UInt8], associatedData: [UInt8]) throws(CryptoError) -> [UInt8] {
    let nonce = try nextNonce()
    let ciphertext = try KEM.Provider.chaCha20Poly1305Seal(
      plaintext, key: key, nonce: nonce, associatedData: associatedData)
    sequence += 1
    return ciphertext
  }

  /// The number moves on only when the message opened.
  mutating func open(_ ciphertext: [UInt8], associatedData: [UInt8]) throws(CryptoError) -> [UInt8] {
    let nonce = try nextNonce()
    let plaintext = try KEM.Provider.chaCha20Poly1305Open(
      ciphertext, key: key, nonce: nonce, associatedData: associatedData)
    sequence += 1
    return plaintext
  }

  func export(context: [UInt8], count: Int) throws(CryptoError) -> SecretBytes {
    try Self.kdf(encryption).expand(key: exporterSecret, label: "sec", info: context, count: count)
  }

  /// base nonce XOR number. The number has 64 of the 96 bits that the RFC allows, which nobody counts through.
  private func nextNonce() throws(CryptoError) -> [UInt8] {
    guard encryption != .exportOnly else { throw .unsupportedSuite }
    guard sequence < UInt64.max else { throw .chainExhausted }
    var nonce = baseNonce
    for index in 0..<8 { nonce[11 - index] ^= UInt8(truncatingIfNeeded: sequence >> (8 * UInt64(index))) }
    return nonce
  }

  private static func kdf(_ encryption: HPKEEncryption) -> HPKELabeledKDF<KEM.Provider> {
    var suiteID = ByteWriter(capacity: 10)
    suiteID.write(HPKELabeledKDF<KEM.Provider>.ascii("HPKE"))
    suiteID.write(KEM.id)
    suiteID.write(UInt16(1))
    suiteID.write(encryption.rawValue)
    return HPKELabeledKDF(suiteID: suiteID.finish())
  }
}
