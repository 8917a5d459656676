// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A signed prekey with its private key, as the device keeps it. Serialised: id (u32) ‖ private key.
public struct SignedPreKeyPair<Suite: CipherSuite>: Sendable {
  public let id: UInt32
  let keyPair: HandshakeKeyPair<Suite>

  /// A new key under an id of the caller's choosing, which must not have been used for this kind before.
  public init(id: UInt32) throws(CryptoError) {
    self.id = id
    keyPair = try HandshakeKeyPair()
  }

  public init(serialized: SecretBytes) throws(CryptoError) {
    (id, keyPair) = try HandshakeKeyPair.parse(serialized)
  }

  public func serialized() -> SecretBytes { keyPair.serialized(id: id) }

  /// What is uploaded, signed by the device. Suite 1 signs deterministically, the hybrid suites do not.
  public func publicPreKey(signedBy identity: DeviceIdentityKeyPair<Suite>) throws(CryptoError) -> SignedPreKey<Suite> {
    let signature = try identity.signPreKey(kind: .signed, id: id, publicKey: keyPair.publicKey)
    return try SignedPreKey(id: id, publicKey: keyPair.publicKey, signature: signature)
  }
}

/// A last-resort prekey with its private key. It is not deleted when a message used it. Serialised: id (u32) ‖ private
/// key.
public struct LastResortPreKeyPair<Suite: CipherSuite>: Sendable {
  public let id: UInt32
  let keyPair: HandshakeKeyPair<Suite>

  public init(id: UInt32) throws(CryptoError) {
    self.id = id
    keyPair = try HandshakeKeyPair()
  }

  public init(serialized: SecretBytes) throws(CryptoError) {
    (id, keyPair) = try HandshakeKeyPair.parse(serialized)
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
  let keyPair: HandshakeKeyPair<Suite>

  public init(id: UInt32) throws(CryptoError) {
    self.id = id
    keyPair = try HandshakeKeyPair()
  }

  public init(serialized: SecretBytes) throws(CryptoError) {
    (id, keyPair) = try HandshakeKeyPair.parse(serialized)
  }

  public func serialized() -> SecretBytes { keyPair.serialized(id: id) }

  /// What is uploaded, signed by the device in suites with a KEM.
  public func publicPreKey(
    signedBy identity: DeviceIdentityKeyPair<Suite>
  ) throws(CryptoError) -> OneTimePreKey<Suite> {
    guard Suite.KEM.isPresent else { return try OneTimePreKey(id: id, publicKey: keyPair.publicKey) }
    let signature = try identity.signPreKey(kind: .oneTime, id: id, publicKey: keyPair.publicKey)
    return try OneTimePreKey(id: id, publicKey: keyPair.publicKey, signature: signature)
  }
}
