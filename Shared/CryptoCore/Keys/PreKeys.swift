// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A signed prekey as its device publishes it (X3DH's SPK). Not yet checked: that is the bundle's business.
public struct SignedPreKey<Suite: CipherSuite>: Hashable, Sendable {
  public let id: UInt32
  public let publicKey: [UInt8]
  public let signature: [UInt8]

  public init(id: UInt32, publicKey: [UInt8], signature: [UInt8]) throws(CryptoError) {
    guard publicKey.count == Suite.agreementPublicKeySize else { throw .invalidKeyLength }
    guard signature.count == Suite.signatureSize else { throw .invalidSignature }
    self.id = id
    self.publicKey = publicKey
    self.signature = signature
  }
}

/// The signed prekey that is handed out, again and again, when a device's one-time prekeys have run out. It takes the
/// place of the one-time prekey in X3DH.
public struct LastResortPreKey<Suite: CipherSuite>: Hashable, Sendable {
  public let id: UInt32
  public let publicKey: [UInt8]
  public let signature: [UInt8]

  public init(id: UInt32, publicKey: [UInt8], signature: [UInt8]) throws(CryptoError) {
    guard publicKey.count == Suite.agreementPublicKeySize else { throw .invalidKeyLength }
    guard signature.count == Suite.signatureSize else { throw .invalidSignature }
    self.id = id
    self.publicKey = publicKey
    self.signature = signature
  }
}

/// A one-time prekey (X3DH's OPK): handed out once, unsigned as in X3DH.
public struct OneTimePreKey<Suite: CipherSuite>: Hashable, Sendable {
  public let id: UInt32
  public let publicKey: [UInt8]

  public init(id: UInt32, publicKey: [UInt8]) throws(CryptoError) {
    guard publicKey.count == Suite.agreementPublicKeySize else { throw .invalidKeyLength }
    self.id = id
    self.publicKey = publicKey
  }
}

/// A KEM prekey, one-time or last-resort; both are signed (PQXDH).
public struct KEMPreKey<Suite: CipherSuite>: Hashable, Sendable {
  public let id: UInt32
  public let isLastResort: Bool
  public let publicKey: [UInt8]
  public let signature: [UInt8]

  public init(id: UInt32, isLastResort: Bool, publicKey: [UInt8], signature: [UInt8]) throws(CryptoError) {
    guard Suite.KEM.isPresent else { throw .unsupportedSuite }
    guard publicKey.count == Suite.KEM.publicKeySize else { throw .invalidKeyLength }
    guard signature.count == Suite.signatureSize else { throw .invalidSignature }
    self.id = id
    self.isLastResort = isLastResort
    self.publicKey = publicKey
    self.signature = signature
  }

  var kind: PreKeyKind { isLastResort ? .lastResortKEM : .oneTimeKEM }
}
