// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// An account's root identity: a signature key pair that certifies the account's devices and nothing else.
public struct RootIdentityKeyPair<Suite: CipherSuite>: Sendable {
  public let publicKey: RootIdentityPublicKey<Suite>
  private let privateKey: SecretBytes

  /// A new identity. Throws `randomnessUnavailable`.
  public init() throws(CryptoError) {
    try self.init(serialized: Suite.generateSignatureKey())
  }

  /// From the private key's bytes (`Suite.signaturePrivateKeySize`). Throws `invalidKeyLength`.
  public init(serialized: SecretBytes) throws(CryptoError) {
    guard serialized.count == Suite.signaturePrivateKeySize else { throw .invalidKeyLength }
    privateKey = serialized
    publicKey = try RootIdentityPublicKey(bytes: Suite.signaturePublicKey(of: serialized))
  }

  /// The private key, for an encrypted store or a recovery phrase.
  public func serialized() -> SecretBytes { privateKey }

  /// Signs a device list's payload.
  public func signDeviceList(payload: [UInt8]) throws(CryptoError) -> [UInt8] {
    try Suite.sign(SignedMessage.deviceList(payload: payload), privateKey: privateKey)
  }
}

/// The public half of a root identity: `Suite.signaturePublicKeySize` bytes.
public struct RootIdentityPublicKey<Suite: CipherSuite>: Hashable, Sendable {
  public let bytes: [UInt8]

  public init(bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count == Suite.signaturePublicKeySize else { throw .invalidKeyLength }
    self.bytes = bytes
  }

  /// The key with its suite, as everybody else handles it.
  public var certified: CertifiedRootKey { CertifiedRootKey(unchecked: bytes, suite: Suite.id) }
}
