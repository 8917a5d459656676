// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The decrypting side of HPKE (RFC 9180); messages open in the order in which they were sealed.
public struct HPKEReceiver<KEM: HPKEKEM>: Sendable {
  private var context: HPKEContext<KEM>

  /// Throws `invalidKeyLength` or `invalidKey` for an unusable encapsulated key.
  public init(
    encapsulatedKey: [UInt8], privateKey: SecretBytes, info: [UInt8], preSharedKey: HPKEPreSharedKey? = nil,
    encryption: HPKEEncryption = .chaCha20Poly1305
  ) throws(CryptoError) {
    context = try HPKEContext(
      sharedSecret: KEM.decapsulate(encapsulatedKey, privateKey: privateKey), isAuthenticated: false, info: info,
      preSharedKey: preSharedKey, encryption: encryption)
  }

  /// Decrypts the next message. Throws `authenticationFailed`, and then still waits for the same one.
  public mutating func open(_ ciphertext: [UInt8], associatedData: [UInt8] = []) throws(CryptoError) -> [UInt8] {
    try context.open(ciphertext, associatedData: associatedData)
  }

  /// The secret that the sender's `export` gave.
  public func export(context exporterContext: [UInt8], count: Int) throws(CryptoError) -> SecretBytes {
    try context.export(context: exporterContext, count: count)
  }
}

extension HPKEReceiver where KEM: HPKEAuthenticatedKEM {
  /// Auth or AuthPSK mode: only what the owner of `sender` encrypted will open.
  public init(
    encapsulatedKey: [UInt8], privateKey: SecretBytes, from sender: [UInt8], info: [UInt8],
    preSharedKey: HPKEPreSharedKey? = nil, encryption: HPKEEncryption = .chaCha20Poly1305
  ) throws(CryptoError) {
    context = try HPKEContext(
      sharedSecret: KEM.decapsulate(encapsulatedKey, privateKey: privateKey, from: sender), isAuthenticated: true,
      info: info, preSharedKey: preSharedKey, encryption: encryption)
  }
}
