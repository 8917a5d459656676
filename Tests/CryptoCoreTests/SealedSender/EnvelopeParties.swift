// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

/// A server that certifies, and devices of any suite that write to each other.
struct EnvelopeParties {
  typealias Provider = NativeCryptoProvider
  typealias Identity = EnvelopeIdentity<Provider>
  typealias Server = NativeClassicSuite

  let root: TrustRootKeyPair<Server>
  let serverKey: CertificateKeyPair<Server>
  let serverCertificate: ServerCertificate<Server>
  let sender: Identity
  let certificate: UnverifiedSenderCertificate

  /// Certificates are made at 1,000,000; the server's ends at 2,000,000.
  static let now: UInt64 = 1_000_000

  init(senderSuite: UInt8 = 1) throws {
    root = try TrustRootKeyPair()
    serverKey = try CertificateKeyPair(id: 7)
    serverCertificate = try root.certify(serverKey, expires: 2_000_000).verified(by: root.publicKey)
    sender = try Self.device(0xA1, suite: senderSuite)
    certificate = try Self.certificate(for: sender, by: serverKey)
  }

  /// A device with fresh keys. Its signing key is the account's number: envelopes know it only by the fingerprint.
  static func device(_ account: UInt8, number: UInt32 = 1, suite: UInt8 = 1) throws -> Identity {
    let id = SuiteID(rawValue: suite)
    let x25519 = try Provider.randomSecret(count: 32)
    var agreement = try Provider.x25519PublicKey(of: x25519)
    var keys = [x25519]
    if let set = try id.known().kem {
      let seed = try Provider.randomSecret(count: 64)
      agreement += try Provider.mlkemPublicKey(of: seed, set: set)
      keys.append(seed)
    }
    let party = try EnvelopeParty(
      address: DeviceAddress(account: [UInt8](repeating: account, count: 16), device: number), suite: id,
      fingerprint: fingerprint(suite: id, signing: [account], agreement: agreement), agreement: agreement)
    return try Identity(party: party, agreementKey: SecretBytes(concatenating: keys))
  }

  static func fingerprint(suite: SuiteID, signing: [UInt8], agreement: [UInt8]) -> [UInt8] {
    Provider.sha256(Array("Construct device identity v1".utf8) + [0, suite.rawValue] + signing + agreement)
  }

  static func certificate<Suite: CipherSuite>(
    for device: Identity, by key: CertificateKeyPair<Suite>, now: UInt64 = now
  ) throws -> UnverifiedSenderCertificate {
    let party = device.party
    return try key.certify(
      party.address, suite: party.suite, signingKey: [party.address.account[0]], agreementKey: party.agreement,
      now: now)
  }

  func seal(_ content: [UInt8], to devices: [Identity]) throws -> MultiRecipientEnvelope {
    let recipients = try devices.map { try EnvelopeRecipient(party: $0.party, from: sender) }
    return try MultiRecipientEnvelope.sealMixed(content, certificate: certificate, to: recipients)
  }

  /// The bytes that the server delivers to a device.
  static func split(_ envelope: MultiRecipientEnvelope, for device: Identity) throws -> [UInt8] {
    let parsed = try MultiRecipientEnvelope(bytes: envelope.bytes)
    let recipient = try #require(parsed.recipients.first { $0.address == device.party.address })
    return parsed.envelope(for: recipient)
  }

  func open(
    _ bytes: [UInt8], as device: Identity, from sender: EnvelopeParty? = nil, now: UInt64 = now + 1
  ) throws(CryptoError) -> [UInt8] {
    try SealedEnvelope(bytes: bytes).open(as: device).verified(
      sender: sender ?? self.sender.party, serverCertificates: [serverCertificate], now: now)
  }
}
