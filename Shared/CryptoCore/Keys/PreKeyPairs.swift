// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A signed prekey with its private key, as the device keeps it. Serialised: id (u32) ‖ private key.
public struct SignedPreKeyPair<Suite: CipherSuite>: Sendable {
  public let id: UInt32
  let keyPair: AgreementKeyPair<Suite>

  /// A new key under an id of the caller's choosing, which must not have been used for this kind before.
  public init(id: UInt32) throws(CryptoError) {
    self.id = id
    keyPair = try AgreementKeyPair()
  }

  public init(serialized: SecretBytes) throws(CryptoError) {
    (id, keyPair) = try AgreementKeyPair.parse(serialized)
  }

  public func serialized() -> SecretBytes { keyPair.serialized(id: id) }

  /// What is uploaded, signed by the device. Signing is deterministic for suite 1.
  public func publicPreKey(signedBy identity: DeviceIdentityKeyPair<Suite>) throws(CryptoError) -> SignedPreKey<Suite> {
    let signature = try identity.signPreKey(kind: .signed, id: id, publicKey: keyPair.publicKey)
    return try SignedPreKey(id: id, publicKey: keyPair.publicKey, signature: signature)
  }
}

/// A last-resort prekey with its private key. It is not deleted when a message used it. Serialised: id (u32) ‖ private
/// key.
public struct LastResortPreKeyPair<Suite: CipherSuite>: Sendable {
  public let id: UInt32
  let keyPair: AgreementKeyPair<Suite>

  public init(id: UInt32) throws(CryptoError) {
    self.id = id
    keyPair = try AgreementKeyPair()
  }

  public init(serialized: SecretBytes) throws(CryptoError) {
    (id, keyPair) = try AgreementKeyPair.parse(serialized)
  }

  public func serialized() -> SecretBytes { keyPair.serialized(id: id) }

  public func publicPreKey(
    signedBy identity: DeviceIdentityKeyPair<Suite>
  ) throws(CryptoError) -> LastResortPreKey<Suite> {
    let signature = try identity.signPreKey(kind: .lastResort, id: id, publicKey: keyPair.publicKey)
    return try LastResortPreKey(id: id, publicKey: keyPair.publicKey, signature: signature)
  }
}

/// A one-time prekey with its private key. The device deletes it in the transaction that stores the session it opened.
/// Serialised: id (u32) ‖ private key.
public struct OneTimePreKeyPair<Suite: CipherSuite>: Sendable {
  public let id: UInt32
  let keyPair: AgreementKeyPair<Suite>

  public init(id: UInt32) throws(CryptoError) {
    self.id = id
    keyPair = try AgreementKeyPair()
  }

  public init(serialized: SecretBytes) throws(CryptoError) {
    (id, keyPair) = try AgreementKeyPair.parse(serialized)
  }

  public func serialized() -> SecretBytes { keyPair.serialized(id: id) }

  public func publicPreKey() throws(CryptoError) -> OneTimePreKey<Suite> {
    try OneTimePreKey(id: id, publicKey: keyPair.publicKey)
  }
}

/// A KEM prekey with its private key (suites with a KEM). Serialised: id (u32) ‖ last resort (u8) ‖ private key.
public struct KEMPreKeyPair<Suite: CipherSuite>: Sendable {
  public let id: UInt32
  public let isLastResort: Bool
  let privateKey: SecretBytes
  let publicKey: [UInt8]

  public init(id: UInt32, isLastResort: Bool) throws(CryptoError) {
    try self.init(id: id, isLastResort: isLastResort, privateKey: Suite.KEM.generatePrivateKey())
  }

  private init(id: UInt32, isLastResort: Bool, privateKey: SecretBytes) throws(CryptoError) {
    self.id = id
    self.isLastResort = isLastResort
    self.privateKey = privateKey
    publicKey = try Suite.KEM.publicKey(of: privateKey)
  }

  public init(serialized: SecretBytes) throws(CryptoError) {
    guard serialized.count == 5 + Suite.KEM.privateKeySize else { throw .invalidKeyLength }
    var reader = ByteReader(serialized.slice(0..<5).exposed())
    try self.init(
      id: reader.readUInt32(), isLastResort: reader.readFlag(), privateKey: serialized.slice(5..<serialized.count))
  }

  public func serialized() -> SecretBytes {
    var writer = ByteWriter(capacity: 5 + privateKey.count)
    writer.write(id)
    writer.write(isLastResort)
    writer.write(privateKey)
    return writer.finishSecret()
  }

  public func publicPreKey(signedBy identity: DeviceIdentityKeyPair<Suite>) throws(CryptoError) -> KEMPreKey<Suite> {
    let kind: PreKeyKind = isLastResort ? .lastResortKEM : .oneTimeKEM
    let signature = try identity.signPreKey(kind: kind, id: id, publicKey: publicKey)
    return try KEMPreKey(id: id, isLastResort: isLastResort, publicKey: publicKey, signature: signature)
  }
}
