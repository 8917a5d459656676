// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The server's long-lived key, kept offline, which certifies the keys that sign sender certificates and nothing else.
/// Clients are built with its public half.
public struct TrustRootKeyPair<Suite: CipherSuite>: Sendable {
  public let publicKey: TrustRoot<Suite>
  private let privateKey: SecretBytes

  /// A new key. Throws `randomnessUnavailable`.
  public init() throws(CryptoError) {
    try self.init(serialized: Suite.generateSignatureKey())
  }

  /// From the private key's bytes. Throws `invalidKeyLength`.
  public init(serialized: SecretBytes) throws(CryptoError) {
    guard serialized.count == Suite.signaturePrivateKeySize else { throw .invalidKeyLength }
    privateKey = serialized
    publicKey = try TrustRoot(bytes: Suite.signaturePublicKey(of: serialized))
  }

  public func serialized() -> SecretBytes { privateKey }

  /// Certifies a signing key until `expires` (seconds since 1970). An id is used once.
  public func certify(
    _ key: CertificateKeyPair<Suite>, expires: UInt64
  ) throws(CryptoError) -> UnverifiedServerCertificate {
    let payload = UnverifiedServerCertificate.payload(
      suite: Suite.id, id: key.id, expires: expires, publicKey: key.publicKey)
    let message = ProtocolLabel.bytes(ProtocolLabel.serverCertificate) + payload
    return try UnverifiedServerCertificate(bytes: payload + Suite.sign(message, privateKey: privateKey))
  }
}

/// The public half of the server's trust root.
public struct TrustRoot<Suite: CipherSuite>: Hashable, Sendable {
  public let bytes: [UInt8]

  public init(bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count == Suite.signaturePublicKeySize else { throw .invalidKeyLength }
    self.bytes = bytes
  }
}

/// What clients fetch from the server and keep: a certificate's id, key and end.
///
/// Layout: version (u8, 1) ‖ suite (u8) ‖ id (u32) ‖ expires (u64) ‖ length of the key (u16) ‖ public key ‖ signature of the
/// trust root over "Construct server certificate v1" ‖ 00 ‖ all of that.
public struct UnverifiedServerCertificate: Hashable, Sendable {
  static let version: UInt8 = 1

  public let bytes: [UInt8]
  let suite: SuiteID
  let id: UInt32
  let expires: UInt64
  let publicKey: [UInt8]
  let payload: [UInt8]
  let signature: [UInt8]

  /// Throws `malformed` or `unsupportedVersion`.
  public init(bytes: [UInt8]) throws(CryptoError) {
    var reader = ByteReader(bytes)
    guard try reader.readUInt8() == Self.version else { throw .unsupportedVersion }
    suite = SuiteID(rawValue: try reader.readUInt8())
    id = try reader.readUInt32()
    expires = try reader.readUInt64()
    publicKey = try reader.read(Int(reader.readUInt16()))
    payload = Array(bytes[0..<bytes.count - reader.remaining])
    signature = reader.readRest()
    self.bytes = bytes
  }

  static func payload(suite: SuiteID, id: UInt32, expires: UInt64, publicKey: [UInt8]) -> [UInt8] {
    var writer = ByteWriter(capacity: 16 + publicKey.count)
    writer.write(version)
    writer.write(suite.rawValue)
    writer.write(id)
    writer.write(expires)
    writer.write(UInt16(truncatingIfNeeded: publicKey.count))
    writer.write(publicKey)
    return writer.finish()
  }

  /// Throws `invalidSignature`, `unsupportedSuite`. Its end is looked at when it is used.
  public func verified<Suite: CipherSuite>(by root: TrustRoot<Suite>) throws(CryptoError) -> ServerCertificate<Suite> {
    let message = ProtocolLabel.bytes(ProtocolLabel.serverCertificate) + payload
    try Suite.verify(signature, of: message, publicKey: root.bytes, madeIn: suite)
    return ServerCertificate(id: id, expires: expires, suite: suite, publicKey: publicKey)
  }
}

/// A signing key of the server that the trust root has certified.
public struct ServerCertificate<Suite: CipherSuite>: Hashable, Sendable {
  public let id: UInt32
  /// Seconds since 1970.
  public let expires: UInt64
  let suite: SuiteID
  let publicKey: [UInt8]

  fileprivate init(id: UInt32, expires: UInt64, suite: SuiteID, publicKey: [UInt8]) {
    self.id = id
    self.expires = expires
    self.suite = suite
    self.publicKey = publicKey
  }
}
