// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A key encapsulation mechanism that HPKE knows by a number (RFC 9180, section 7.1).
public protocol HPKEKEM: KeyEncapsulation {
  associatedtype Provider: CryptoProvider
  static var id: UInt16 { get }
}

/// A KEM that can also prove who encapsulated (RFC 9180, section 4: AuthEncap and AuthDecap).
public protocol HPKEAuthenticatedKEM: HPKEKEM {
  static func encapsulate(to publicKey: [UInt8], from sender: SecretBytes) throws(CryptoError) -> Encapsulation
  static func decapsulate(
    _ ciphertext: [UInt8], privateKey: SecretBytes, from sender: [UInt8]
  ) throws(CryptoError) -> SecretBytes
}

/// What protects the messages of a context (RFC 9180, section 7.3).
public enum HPKEEncryption: UInt16, Sendable {
  case chaCha20Poly1305 = 0x0003
  /// Only secrets are exported; sealing and opening throw `unsupportedSuite`.
  case exportOnly = 0xFFFF
}

/// A secret that both sides had before, and its name.
public struct HPKEPreSharedKey: Sendable {
  let secret: SecretBytes
  let id: [UInt8]

  /// Throws `invalidKeyLength` for a secret of fewer than 32 bytes (RFC 9180, section 9.5) or an empty name.
  public init(secret: SecretBytes, id: [UInt8]) throws(CryptoError) {
    guard secret.count >= 32, !id.isEmpty else { throw .invalidKeyLength }
    self.secret = secret
    self.id = id
  }
}
