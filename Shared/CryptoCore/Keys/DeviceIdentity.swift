// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A device's identity: one key pair that signs (prekeys, logins) and one that agrees (X3DH's IK).
public struct DeviceIdentityKeyPair<Suite: CipherSuite>: Sendable {
  public let publicKey: DeviceIdentityPublicKey<Suite>
  private let signingKey: SecretBytes
  let keyPair: HandshakeKeyPair<Suite>

  /// A new identity. Throws `randomnessUnavailable`.
  public init() throws(CryptoError) {
    try self.init(signingKey: Suite.generateSignatureKey(), keyPair: HandshakeKeyPair())
  }

  /// From `serialized()`: signing private key ‖ agreement private key.
  public init(serialized: SecretBytes) throws(CryptoError) {
    let size = Suite.signaturePrivateKeySize
    guard serialized.count == size + HandshakeKeyPair<Suite>.privateKeySize else { throw .invalidKeyLength }
    try self.init(
      signingKey: serialized.slice(0..<size),
      keyPair: HandshakeKeyPair(privateKey: serialized.slice(size..<serialized.count)))
  }

  private init(signingKey: SecretBytes, keyPair: HandshakeKeyPair<Suite>) throws(CryptoError) {
    self.signingKey = signingKey
    self.keyPair = keyPair
    publicKey = try DeviceIdentityPublicKey(
      signing: Suite.signaturePublicKey(of: signingKey), agreement: keyPair.publicKey)
  }

  /// What clients that know suite 1 alone see of this device: it signs the suite-1 prekeys that are published for them.
  public func classicView() throws(CryptoError) -> DeviceIdentityKeyPair<ClassicSuite<Suite.Provider>> {
    typealias Classic = ClassicSuite<Suite.Provider>
    return try DeviceIdentityKeyPair<Classic>(
      signingKey: signingKey.slice(0..<Classic.signaturePrivateKeySize),
      keyPair: HandshakeKeyPair(privateKey: keyPair.agreement.privateKey))
  }

  /// Both private keys, for an encrypted store.
  public func serialized() -> SecretBytes {
    SecretBytes(concatenating: [signingKey, keyPair.privateKey])
  }

  /// Signs a login's payload (the server's challenge and what it is bound to).
  public func signLogin(payload: [UInt8]) throws(CryptoError) -> [UInt8] {
    try Suite.sign(SignedMessage.login(payload: payload), privateKey: signingKey)
  }

  func signPreKey(kind: PreKeyKind, id: UInt32, publicKey: [UInt8]) throws(CryptoError) -> [UInt8] {
    let message = SignedMessage.preKey(suite: Suite.id, kind: kind, id: id, publicKey: publicKey)
    return try Suite.sign(message, privateKey: signingKey)
  }
}

/// The public half of a device's identity, as the device list certifies it.
public struct DeviceIdentityPublicKey<Suite: CipherSuite>: Hashable, Sendable {
  public let signing: [UInt8]
  public let agreement: [UInt8]

  public init(signing: [UInt8], agreement: [UInt8]) throws(CryptoError) {
    guard signing.count == Suite.signaturePublicKeySize, agreement.count == HandshakePublicKey<Suite>.size else {
      throw .invalidKeyLength
    }
    self.signing = signing
    self.agreement = agreement
  }

  /// The keys with their suite, as everybody else handles them.
  public var certified: CertifiedDeviceKeys {
    CertifiedDeviceKeys(uncheckedSigning: signing, agreement: agreement, suite: Suite.id)
  }
}
