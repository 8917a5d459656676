// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Known answers of sealed sender")
struct SealedSenderKnownAnswerTests {
  typealias Provider = ScriptedProvider
  typealias Server = NativeClassicSuite

  struct Device: Decodable {
    let account: Hex
    let device: UInt32
    let suite: UInt8
    let signing: Hex
    let x25519: Hex
    let mlkemSeed: Hex
    let agreementHash: Hex
    let fingerprint: Hex

    func identity() throws -> EnvelopeIdentity<Provider> {
      let id = SuiteID(rawValue: suite)
      var agreement = try Provider.x25519PublicKey(of: x25519.secret)
      if let set = try EnvelopeKEM(id).set {
        agreement += try Provider.mlkemPublicKey(of: mlkemSeed.secret, set: set)
      }
      #expect(Provider.sha256(agreement) == agreementHash.bytes)
      let party = try EnvelopeParty(
        address: DeviceAddress(account: account.bytes, device: device), suite: id, fingerprint: fingerprint.bytes,
        agreement: agreement)
      return try EnvelopeIdentity(
        party: party, agreementKey: SecretBytes(concatenating: [x25519.secret, mlkemSeed.secret]))
    }
  }

  struct Recipient: Decodable {
    let device: Device
    let encapsulationRandomness: Hex
    let wrappedKey: Hex
    let senderKey: Hex
    let tag: Hex
    let ciphertextHash: Hex
    let receivedHash: Hex

    enum CodingKeys: CodingKey {
      case encapsulationRandomness, wrappedKey, senderKey, tag, ciphertextHash, receivedHash
    }

    init(from decoder: any Decoder) throws {
      device = try Device(from: decoder)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      encapsulationRandomness = try container.decode(Hex.self, forKey: .encapsulationRandomness)
      wrappedKey = try container.decode(Hex.self, forKey: .wrappedKey)
      senderKey = try container.decode(Hex.self, forKey: .senderKey)
      tag = try container.decode(Hex.self, forKey: .tag)
      ciphertextHash = try container.decode(Hex.self, forKey: .ciphertextHash)
      receivedHash = try container.decode(Hex.self, forKey: .receivedHash)
    }
  }

  struct Case: Decodable {
    let trustRoot: Hex
    let trustRootPublic: Hex
    let server: Hex
    let serverCertificate: Hex
    let certificate: Hex
    let sender: Device
    let content: Hex
    let contentKey: Hex
    let ephemeral: Hex
    let ephemeralPublic: Hex
    let body: Hex
    let devices: [Recipient]
    let envelope: Hex
  }

  @Test("another implementation certifies, seals, wraps and tags the same, in all suites, and everything opens")
  func answers() throws {
    for test in try KnownAnswers.load("sealed_sender", as: Case.self) {
      let sender = try test.sender.identity()
      let (server, certificate) = try certificates(test, sender: sender.party)
      let recipients = try test.devices.map { try EnvelopeRecipient(party: $0.device.identity().party, from: sender) }
      let randomness =
        test.contentKey.bytes + test.ephemeral.bytes + test.devices.flatMap(\.encapsulationRandomness.bytes)
      let envelope = try Provider.withRandomness(randomness) {
        try MultiRecipientEnvelope.seal(test.content.bytes, certificate: certificate, to: recipients)
      }
      #expect(Array(envelope.bytes[envelope.body]) == test.body.bytes)
      for (index, answer) in test.devices.enumerated() {
        #expect(recipients[index].senderKey.exposed() == answer.senderKey.bytes)
        let received = envelope.envelope(for: envelope.recipients[index])
        let parsed = try SealedEnvelope(bytes: received)
        #expect(parsed.ephemeral == test.ephemeralPublic.bytes)
        #expect(Provider.sha256(parsed.header.ciphertext) == answer.ciphertextHash.bytes)
        #expect(parsed.header.wrappedKey == answer.wrappedKey.bytes)
        #expect(parsed.header.tag == answer.tag.bytes)
        #expect(Provider.sha256(received) == answer.receivedHash.bytes)
        let opened = try parsed.open(as: answer.device.identity())
        #expect(
          try opened.verified(sender: sender.party, serverCertificates: [server], now: 1_000_000)
            == test.content.bytes)
      }
      #expect(envelope.bytes == test.envelope.bytes)
    }
  }

  private func certificates(
    _ test: Case, sender: EnvelopeParty
  ) throws -> (ServerCertificate<Server>, UnverifiedSenderCertificate) {
    let root = try TrustRootKeyPair<Server>(serialized: test.trustRoot.secret)
    #expect(root.publicKey.bytes == test.trustRootPublic.bytes)
    let key = try CertificateKeyPair<Server>(id: 5, serialized: test.server.secret)
    let server = try root.certify(key, expires: 2_000_000)
    #expect(server.bytes == test.serverCertificate.bytes)
    let certificate = try key.certify(
      sender.address, suite: sender.suite, signingKey: test.sender.signing.bytes, agreementKey: sender.agreement,
      now: 1_000_000)
    #expect(certificate.bytes == test.certificate.bytes)
    return (try server.verified(by: root.publicKey), certificate)
  }
}
