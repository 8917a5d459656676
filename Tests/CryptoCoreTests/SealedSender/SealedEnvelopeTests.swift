// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Sealed envelopes")
struct SealedEnvelopeTests {
  @Test(
    "an envelope opens for its device and says who wrote it", arguments: [1, 2, 3] as [UInt8], [1, 2, 3] as [UInt8])
  func oneDevice(senderSuite: UInt8, suite: UInt8) throws {
    let parties = try EnvelopeParties(senderSuite: senderSuite)
    let device = try EnvelopeParties.device(1, suite: suite)
    let envelope = try parties.seal(Array("hello".utf8), to: [device])
    let bytes = try EnvelopeParties.split(envelope, for: device)
    let opened = try SealedEnvelope(bytes: bytes).open(as: device)
    #expect(opened.certificate.address == parties.sender.party.address)
    #expect(opened.certificate.serverCertificateID == 7)
    #expect(try parties.open(bytes, as: device) == Array("hello".utf8))
  }

  @Test("devices of all suites share one body, and each opens only its own header")
  func mixed() throws {
    let parties = try EnvelopeParties(senderSuite: 2)
    var devices: [EnvelopeParties.Identity] = []
    for number in 0..<9 as Range<UInt8> {
      devices.append(
        try EnvelopeParties.device(40 - number / 2, number: UInt32(number), suite: number % 3 + 1))
    }
    let envelope = try parties.seal([9], to: devices)
    #expect(envelope.recipients.count == 9)
    for device in devices {
      let bytes = try EnvelopeParties.split(envelope, for: device)
      #expect(try parties.open(bytes, as: device) == [9])
      for other in devices where other.party != device.party {
        #expect(throws: CryptoError.self) { try parties.open(bytes, as: other) }
      }
    }
  }

  @Test("devices with hybrid headers and with headers of suite 1 are not sealed for together")
  func noMixes() throws {
    let parties = try EnvelopeParties(senderSuite: 2)
    func recipient(_ suite: UInt8, as header: SuiteID? = nil) throws -> EnvelopeRecipient<NativeCryptoProvider> {
      let party = try EnvelopeParties.device(suite, suite: suite).party
      return try EnvelopeRecipient(party: party, from: parties.sender, suite: header)
    }
    func seal(_ recipients: [EnvelopeRecipient<NativeCryptoProvider>]) throws -> Int {
      try MultiRecipientEnvelope.seal([1], certificate: parties.certificate, to: recipients).recipients.count
    }
    let (one, two, three) = (try recipient(1), try recipient(2), try recipient(3))
    #expect([one, two, three].map(\.isHybrid) == [false, true, true])
    for mix in [[one, two], [three, one], [two, three, one]] {
      #expect(throws: CryptoError.mixedRecipients) { try seal(mix) }
    }
    // The header counts, not the device.
    let seenAsClassic = try recipient(2, as: .classic)
    #expect(throws: CryptoError.mixedRecipients) { try seal([seenAsClassic, three]) }
    #expect(try seal([one, seenAsClassic]) == 2 && seal([two, three]) == 2)
    #expect(throws: CryptoError.malformed) { try seal([]) }
  }

  @Test("headers have 49 bytes in suite 1, 1,137 in suite 2 and 1,617 in suite 3")
  func sizes() throws {
    let parties = try EnvelopeParties()
    for (suite, size) in [(UInt8(1), 49), (2, 1_137), (3, 1_617)] {
      let device = try EnvelopeParties.device(1, suite: suite)
      let envelope = try parties.seal([UInt8](repeating: 1, count: 227), to: [device])
      let head = envelope.head(of: envelope.recipients[0])
      #expect(head.count == 33 + size)
      // 2 + certificate 131 + content 227 + 1 pad to 480.
      #expect(envelope.envelope(for: envelope.recipients[0]).count == 33 + size + 480 + 16)
      #expect(envelope.bytes.count == 35 + 22 + size + 480 + 16)
    }
  }

  @Test("any changed, missing or added byte is refused", arguments: [1, 2] as [UInt8])
  func tampering(suite: UInt8) throws {
    let parties = try EnvelopeParties()
    let device = try EnvelopeParties.device(1, suite: suite)
    let bytes = try EnvelopeParties.split(parties.seal([1, 2, 3], to: [device]), for: device)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: CryptoError.self, "byte \(index)") { try parties.open(changed, as: device) }
    }
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: CryptoError.self) { try parties.open(Array(bytes.prefix(count)), as: device) }
    }
    #expect(throws: CryptoError.self) { try parties.open(bytes + [0], as: device) }
    #expect(try parties.open(bytes, as: device) == [1, 2, 3])
  }

  @Test("a recipient cannot put another content into the sender's envelope for somebody else")
  func insider() throws {
    let parties = try EnvelopeParties()
    let (insider, victim) = (try EnvelopeParties.device(1), try EnvelopeParties.device(2))
    let envelope = try parties.seal([1], to: [insider, victim])
    // The insider learns the content key and thereby, with the server's help, the pad of the victim's header.
    let own = try SealedEnvelope(bytes: EnvelopeParties.split(envelope, for: insider))
    let theirs = try SealedEnvelope(bytes: EnvelopeParties.split(envelope, for: victim))
    let contentKey = try EnvelopeHeader.wrap(
      SecretBytes(copying: own.header.wrappedKey),
      exchange: NativeCryptoProvider.x25519(privateKey: insider.x25519, publicKey: own.ephemeral), kemSecret: nil,
      suite: .classic, ephemeral: own.ephemeral, ciphertext: [], recipient: insider.party, NativeCryptoProvider.self
    ).exposed()
    let forgedKey = [UInt8](repeating: 5, count: 32)
    var wrapped = theirs.header.wrappedKey
    for index in 0..<32 { wrapped[index] ^= contentKey[index] ^ forgedKey[index] }
    let body = try EnvelopeBody<NativeCryptoProvider>.seal(
      certificate: parties.certificate.bytes, content: [66], contentKey: SecretBytes(copying: forgedKey),
      ephemeral: theirs.ephemeral)
    let header = EnvelopeHeader(suite: .classic, wrappedKey: wrapped, tag: theirs.header.tag, ciphertext: [])
    let forged = [1] + theirs.ephemeral + header.encoded + body
    // It opens, and the tag gives it away.
    #expect(try SealedEnvelope(bytes: forged).open(as: victim).certificate == parties.certificate)
    #expect(throws: CryptoError.authenticationFailed) { try parties.open(forged, as: victim) }
  }

  @Test("somebody else's certificate is of no use")
  func borrowedCertificate() throws {
    let parties = try EnvelopeParties()
    let (thief, victim) = (try EnvelopeParties.device(1), try EnvelopeParties.device(2))
    let recipient = try EnvelopeRecipient(party: victim.party, from: thief)
    let envelope = try MultiRecipientEnvelope.seal([66], certificate: parties.certificate, to: [recipient])
    let bytes = try EnvelopeParties.split(envelope, for: victim)
    #expect(throws: CryptoError.authenticationFailed) { try parties.open(bytes, as: victim) }
    #expect(throws: CryptoError.identityMismatch) { try parties.open(bytes, as: victim, from: thief.party) }
  }

  @Test("an envelope cannot be sent back to its sender as the recipient's")
  func reflection() throws {
    let parties = try EnvelopeParties()
    let device = try EnvelopeParties.device(1)
    let there = try parties.sender.senderKey(
      with: device.party, sender: parties.sender.party, recipient: device.party)
    let back = try device.senderKey(
      with: parties.sender.party, sender: device.party, recipient: parties.sender.party)
    let seen = try device.senderKey(
      with: parties.sender.party, sender: parties.sender.party, recipient: device.party)
    #expect(there.isEqual(to: seen))
    #expect(!there.isEqual(to: back))
  }

  @Test("a hybrid device opens what a sender wrote who knows only suite 1, and no other suite's")
  func classicView() throws {
    let parties = try EnvelopeParties()
    let device = try EnvelopeParties.device(1, suite: 2)
    let recipient = try EnvelopeRecipient(party: device.party, from: parties.sender, suite: .classic)
    let envelope = try MultiRecipientEnvelope.seal([1], certificate: parties.certificate, to: [recipient])
    #expect(try parties.open(EnvelopeParties.split(envelope, for: device), as: device) == [1])
    let other = try EnvelopeParties.device(1, suite: 3)
    let hybrid = try EnvelopeParties.split(parties.seal([1], to: [other]), for: other)
    #expect(throws: CryptoError.unsupportedSuite) { try parties.open(hybrid, as: device) }
    #expect(throws: CryptoError.unsupportedSuite) {
      try parties.open(hybrid, as: EnvelopeParties.device(1, suite: 1))
    }
  }

  @Test("devices with a key that nobody can write to are refused when they are prepared")
  func badRecipients() throws {
    let parties = try EnvelopeParties()
    func prepare(suite: UInt8, _ agreement: [UInt8]) throws(CryptoError) {
      let party = try EnvelopeParty(
        address: parties.sender.party.address, suite: SuiteID(rawValue: suite),
        fingerprint: [UInt8](repeating: 0, count: 32), agreement: agreement)
      _ = try EnvelopeRecipient(party: party, from: parties.sender)
    }
    let zero = [UInt8](repeating: 0, count: 32)
    #expect(throws: CryptoError.invalidKey) { try prepare(suite: 1, zero) }
    let point = parties.sender.party.agreement
    #expect(throws: CryptoError.invalidKey) {
      try prepare(suite: 2, point + [UInt8](repeating: 0xFF, count: 1_184))
    }
    #expect(throws: CryptoError.invalidKeyLength) { try prepare(suite: 2, point) }
    #expect(throws: CryptoError.invalidKeyLength) { try prepare(suite: 1, point + [0]) }
    #expect(throws: CryptoError.invalidKey) { try prepare(suite: 4, zero + [1]) }
    #expect(throws: CryptoError.invalidKeyLength) { try prepare(suite: 4, Array(point.dropLast())) }
  }

  @Test("a device of a suite that is not known yet is written to with its X25519 key alone, and can write")
  func futureSuites() throws {
    let parties = try EnvelopeParties()
    func future(_ device: EnvelopeIdentity<NativeCryptoProvider>) throws -> EnvelopeParty {
      try EnvelopeParty(
        address: device.party.address, suite: SuiteID(rawValue: 9), fingerprint: device.party.fingerprint,
        agreement: device.party.agreement + [UInt8](repeating: 7, count: 5_000))
    }
    let device = try EnvelopeParties.device(1)
    let recipient = try EnvelopeRecipient(party: future(device), from: parties.sender)
    #expect(recipient.suite == .classic)
    let envelope = try MultiRecipientEnvelope.seal([1], certificate: parties.certificate, to: [recipient])
    #expect(try SealedEnvelope(bytes: envelope.envelope(for: envelope.recipients[0])).header.suite == .classic)
    // The proof is the same on both sides, whatever else the other's key holds.
    let there = try device.senderKey(
      with: parties.sender.party, sender: future(device), recipient: parties.sender.party)
    let here = try parties.sender.senderKey(
      with: future(device), sender: future(device), recipient: parties.sender.party)
    #expect(there.isEqual(to: here))
  }

  @Test("real devices of all suites write to each other")
  func devices() throws {
    let devices = [
      try Party<NativeClassicSuite>(account: 1).local, try Party<NativeHybridSuite>(account: 2).local,
      try Party<NativeHybridLevel5Suite>(account: 3).local,
    ]
    let key = try CertificateKeyPair<NativeClassicSuite>(id: 1)
    let root = try TrustRootKeyPair<NativeClassicSuite>()
    let server = try root.certify(key, expires: 10).verified(by: root.publicKey)
    for sender in devices {
      let keys = sender.asRemote.keys
      let certificate = try key.certify(
        sender.asRemote.address, suite: keys.suite, signingKey: keys.signing, agreementKey: keys.agreement, now: 0)
      for receiver in devices where receiver.asRemote != sender.asRemote {
        let recipient = try EnvelopeRecipient<NativeCryptoProvider>(
          receiver.asRemote, from: EnvelopeIdentity(sender))
        let envelope = try MultiRecipientEnvelope.seal([1], certificate: certificate, to: [recipient])
        let opened = try SealedEnvelope(bytes: envelope.envelope(for: envelope.recipients[0]))
          .open(as: EnvelopeIdentity<NativeCryptoProvider>(receiver))
        #expect(try opened.verified(sender: sender.asRemote, serverCertificates: [server], now: 1) == [1])
        #expect(throws: CryptoError.identityMismatch) {
          try opened.verified(sender: receiver.asRemote, serverCertificates: [server], now: 1)
        }
      }
    }
  }
}
