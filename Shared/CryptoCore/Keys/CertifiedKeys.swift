// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// An account's root key as everybody else handles it: whole, opaque, with the number of its suite. So a client that
/// knows suite 1 alone pins, compares and binds the same bytes as one that knows the account's suite.
public struct CertifiedRootKey: Hashable, Sendable {
  public let suite: SuiteID
  public let bytes: [UInt8]

  /// Throws `invalidKeyLength` unless the key has its suite's length, or begins with a suite-1 key where the suite is
  /// not known.
  public init(suite: SuiteID, bytes: [UInt8]) throws(CryptoError) {
    guard KeySizes.fits(bytes.count, KnownSuite(suite)?.keySizes.signing, atLeast: KeySizes.classicKey) else {
      throw .invalidKeyLength
    }
    self.init(unchecked: bytes, suite: suite)
  }

  init(unchecked bytes: [UInt8], suite: SuiteID) {
    self.suite = suite
    self.bytes = bytes
  }

  /// Throws `invalidSignature` unless the root key signed this payload as a device list. A client that does not
  /// implement the key's suite checks as `ClassicSuite`: the Ed25519 part of key and signature. Throws
  /// `unsupportedSuite` for any other suite than the key's own and the classic one.
  public func verifyDeviceList<Suite: CipherSuite>(
    payload: [UInt8], signature: [UInt8], as implemented: Suite.Type
  ) throws(CryptoError) {
    try Suite.verify(
      signature, of: SignedMessage.deviceList(payload: payload), publicKey: bytes, madeIn: suite)
  }
}

/// A device's identity keys as its account's device list certifies them: whole, opaque, with the number of their suite.
public struct CertifiedDeviceKeys: Hashable, Sendable {
  public let suite: SuiteID
  public let signing: [UInt8]
  public let agreement: [UInt8]

  /// Throws `invalidKeyLength` unless the keys have their suite's lengths, or begin with suite-1 keys where the suite
  /// is not known.
  public init(suite: SuiteID, signing: [UInt8], agreement: [UInt8]) throws(CryptoError) {
    let sizes = KnownSuite(suite)?.keySizes
    guard KeySizes.fits(signing.count, sizes?.signing, atLeast: KeySizes.classicKey),
      KeySizes.fits(agreement.count, sizes?.agreement, atLeast: KeySizes.classicKey)
    else { throw .invalidKeyLength }
    self.init(uncheckedSigning: signing, agreement: agreement, suite: suite)
  }

  init(uncheckedSigning signing: [UInt8], agreement: [UInt8], suite: SuiteID) {
    self.suite = suite
    self.signing = signing
    self.agreement = agreement
  }

  /// The X25519 part of the agreement key, in every suite its beginning.
  var exchangeKey: [UInt8] { Array(agreement[..<KeySizes.classicKey]) }

  /// SHA-256 over `"Construct device identity v1" ‖ 00 ‖ suite ‖ signing ‖ agreement`: how messages and certificates name
  /// this identity.
  func fingerprint<Provider: CryptoProvider>(_ provider: Provider.Type) -> [UInt8] {
    Provider.sha256(ProtocolLabel.bytes(ProtocolLabel.deviceIdentity, suite: suite) + signing + agreement)
  }

  /// Throws `invalidSignature` unless this device signed the prekey for `Suite`, which is the keys' own or the
  /// classic one; any other is `unsupportedSuite`.
  func verifyPreKey<Suite: CipherSuite>(
    kind: PreKeyKind, id: UInt32, key: HandshakePublicKey<Suite>, signature: [UInt8]
  ) throws(CryptoError) {
    let message = SignedMessage.preKey(suite: Suite.id, kind: kind, id: id, publicKey: key.bytes)
    let signer = try Suite.signingKey(signing, of: suite)
    guard Suite.isValid(signature: signature, of: message, publicKey: signer) else { throw .invalidSignature }
  }
}
