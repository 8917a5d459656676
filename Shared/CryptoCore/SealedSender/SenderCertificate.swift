// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The server's key that signs sender certificates. It is online, and so it is replaced when it may have leaked.
public struct CertificateKeyPair<Suite: CipherSuite>: Sendable {
  public let id: UInt32
  public let publicKey: [UInt8]
  private let privateKey: SecretBytes

  /// A new key. Throws `randomnessUnavailable`.
  public init(id: UInt32) throws(CryptoError) {
    try self.init(id: id, serialized: Suite.generateSignatureKey())
  }

  /// From the private key's bytes. Throws `invalidKeyLength`.
  public init(id: UInt32, serialized: SecretBytes) throws(CryptoError) {
    guard serialized.count == Suite.signaturePrivateKeySize else { throw .invalidKeyLength }
    self.id = id
    privateKey = serialized
    publicKey = try Suite.signaturePublicKey(of: serialized)
  }

  public func serialized() -> SecretBytes { privateKey }

  /// Certifies a device that has logged in, for a day from `now` (seconds since 1970). Suite, signing key and agreement
  /// key are the device's as its list has them.
  public func certify(
    _ address: DeviceAddress, suite: SuiteID, signingKey: [UInt8], agreementKey: [UInt8], now: UInt64
  ) throws(CryptoError) -> UnverifiedSenderCertificate {
    let fingerprint = Suite.digest(
      ProtocolLabel.bytes(ProtocolLabel.deviceIdentity, suite: suite) + signingKey + agreementKey)
    var writer = ByteWriter(capacity: UnverifiedSenderCertificate.payloadSize)
    writer.write(UnverifiedSenderCertificate.version)
    writer.write(Suite.id.rawValue)
    writer.write(id)
    writer.write(now + UnverifiedSenderCertificate.lifetime)
    writer.write(address.account)
    writer.write(address.device)
    writer.write(suite.rawValue)
    writer.write(fingerprint)
    let payload = writer.finish()
    let message = ProtocolLabel.bytes(ProtocolLabel.senderCertificate) + payload
    return try UnverifiedSenderCertificate(bytes: payload + Suite.sign(message, privateKey: privateKey))
  }
}

/// The server's word that a device belongs to an account, which the device shows to those it writes to and not to the
/// server. Nothing in it is known to be true yet.
///
/// Layout: version (u8, 1) ‖ suite of the signature (u8) ‖ id of the server certificate (u32) ‖ expires (u64) ‖ account (16) ‖
/// device (u32) ‖ suite of the device (u8) ‖ fingerprint of the device's identity (32) ‖ signature over "Construct sender
/// certificate v1" ‖ 00 ‖ the 67 bytes before it.
public struct UnverifiedSenderCertificate: Hashable, Sendable {
  static let version: UInt8 = 1
  static let payloadSize = 67
  /// A day, in seconds.
  public static let lifetime: UInt64 = 24 * 60 * 60
  /// Room for any suite's signature.
  static let maximumSize = 8_192

  public let bytes: [UInt8]
  /// Who it claims to be: look up the device list of this account, then verify.
  public let address: DeviceAddress
  /// The server certificate that verifying needs.
  public let serverCertificateID: UInt32
  /// Seconds since 1970.
  public let expires: UInt64
  let suite: SuiteID
  let deviceSuite: SuiteID
  let fingerprint: [UInt8]

  /// Throws `malformed` or `unsupportedVersion`.
  public init(bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count <= Self.maximumSize else { throw .malformed }
    var reader = ByteReader(bytes)
    guard try reader.readUInt8() == Self.version else { throw .unsupportedVersion }
    suite = SuiteID(rawValue: try reader.readUInt8())
    serverCertificateID = try reader.readUInt32()
    expires = try reader.readUInt64()
    address = try DeviceAddress(account: reader.read(16), device: reader.readUInt32())
    deviceSuite = SuiteID(rawValue: try reader.readUInt8())
    fingerprint = try reader.read(32)
    self.bytes = bytes
  }

  /// Verifies the chain from the trust root, both ends, and that it speaks of this device.
  ///
  /// `now` is the time at which the server took the message in, as it says: a message may wait in a mailbox for longer than
  /// its certificate lives. A server that lies about it gains nothing, for it could issue another certificate.
  ///
  /// Throws `unknownCertificate` (fetch the server's certificates), `certificateExpired`, `unsupportedSuite`,
  /// `invalidSignature`, or `identityMismatch`.
  func verify<Suite: CipherSuite>(
    for party: EnvelopeParty, serverCertificates: [ServerCertificate<Suite>], now: UInt64
  ) throws(CryptoError) {
    guard let server = serverCertificates.first(where: { $0.id == serverCertificateID }) else {
      throw .unknownCertificate
    }
    guard now < server.expires, now < expires else { throw .certificateExpired }
    guard server.suite == suite else { throw .unsupportedSuite }
    let payload = Array(bytes[0..<Self.payloadSize])
    try Suite.verify(
      Array(bytes[Self.payloadSize...]), of: ProtocolLabel.bytes(ProtocolLabel.senderCertificate) + payload,
      publicKey: server.publicKey, madeIn: suite)
    guard
      address == party.address, deviceSuite == party.suite, constantTimeEqual(fingerprint, party.fingerprint)
    else { throw .identityMismatch }
  }
}
