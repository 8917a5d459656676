// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A signed prekey as its device publishes it (X3DH's SPK). Not yet checked: that is the bundle's business.
public struct SignedPreKey<Suite: CipherSuite>: Hashable, Sendable {
  public let id: UInt32
  public let signature: [UInt8]
  let key: HandshakePublicKey<Suite>

  public var publicKey: [UInt8] { key.bytes }

  public init(id: UInt32, publicKey: [UInt8], signature: [UInt8]) throws(CryptoError) {
    key = try HandshakePublicKey(publicKey)
    guard signature.count == Suite.signatureSize else { throw .invalidSignature }
    self.id = id
    self.signature = signature
  }
}

/// The signed prekey that is handed out, again and again, when a device's one-time prekeys have run out. It takes the
/// place of the one-time prekey in the handshake.
public struct LastResortPreKey<Suite: CipherSuite>: Hashable, Sendable {
  public let id: UInt32
  public let signature: [UInt8]
  let key: HandshakePublicKey<Suite>

  public var publicKey: [UInt8] { key.bytes }

  public init(id: UInt32, publicKey: [UInt8], signature: [UInt8]) throws(CryptoError) {
    key = try HandshakePublicKey(publicKey)
    guard signature.count == Suite.signatureSize else { throw .invalidSignature }
    self.id = id
    self.signature = signature
  }
}

/// A one-time prekey (X3DH's OPK): handed out once. Unsigned in suites without a KEM, as in X3DH; signed in those with
/// one, as in PQXDH, where the KEM secret's safety hangs on whose key it is.
public struct OneTimePreKey<Suite: CipherSuite>: Hashable, Sendable {
  public let id: UInt32
  public let signature: [UInt8]?
  let key: HandshakePublicKey<Suite>

  public var publicKey: [UInt8] { key.bytes }

  public init(id: UInt32, publicKey: [UInt8], signature: [UInt8]? = nil) throws(CryptoError) {
    key = try HandshakePublicKey(publicKey)
    guard signature?.count == (Suite.KEM.isPresent ? Suite.signatureSize : nil) else { throw .invalidSignature }
    self.id = id
    self.signature = signature
  }
}
