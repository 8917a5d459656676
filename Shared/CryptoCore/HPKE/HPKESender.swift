// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The encrypting side of HPKE (RFC 9180). Without a pre-shared key it is base mode, with one PSK mode.
public struct HPKESender<KEM: HPKEKEM>: Sendable {
  /// What the receiver needs to follow (`enc`).
  public let encapsulatedKey: [UInt8]
  private var context: HPKEContext<KEM>

  /// Throws `invalidKeyLength` or `invalidKey` for an unusable public key.
  public init(
    to publicKey: [UInt8], info: [UInt8], preSharedKey: HPKEPreSharedKey? = nil,
    encryption: HPKEEncryption = .chaCha20Poly1305
  ) throws(CryptoError) {
    let encapsulation = try KEM.encapsulate(to: publicKey)
    encapsulatedKey = encapsulation.ciphertext
    context = try HPKEContext(
      sharedSecret: encapsulation.secret, isAuthenticated: false, info: info, preSharedKey: preSharedKey,
      encryption: encryption)
  }

  /// Encrypts the next message. Throws `unsupportedSuite` in an export-only context.
  public mutating func seal(_ plaintext: [UInt8], associatedData: [UInt8] = []) throws(CryptoError) -> [UInt8] {
    try context.seal(plaintext, associatedData: associatedData)
  }

  /// A secret of `count` bytes that the receiver derives too. Throws `invalidLength` above 8,160.
  public func export(context exporterContext: [UInt8], count: Int) throws(CryptoError) -> SecretBytes {
    try context.export(context: exporterContext, count: count)
  }
}

extension HPKESender where KEM: HPKEAuthenticatedKEM {
  /// Auth mode, or AuthPSK mode with a pre-shared key: proves to the receiver that `privateKey` encrypted. Whoever has
  /// the receiver's private key could have done so too.
  public init(
    to publicKey: [UInt8], from privateKey: SecretBytes, info: [UInt8], preSharedKey: HPKEPreSharedKey? = nil,
    encryption: HPKEEncryption = .chaCha20Poly1305
  ) throws(CryptoError) {
    let encapsulation = try KEM.encapsulate(to: publicKey, from: privateKey)
    encapsulatedKey = encapsulation.ciphertext
    context = try HPKEContext(
      sharedSecret: encapsulation.secret, isAuthenticated: true, info: info, preSharedKey: preSharedKey,
      encryption: encryption)
  }
}
