// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

/// Devices, a certified sender, a group, and files.
struct OutsideStage: Sendable {
  typealias Provider = ScriptedProvider
  private typealias Classic = ClassicSuite<ScriptedProvider>
  private typealias Hybrid = HybridSuite<ScriptedProvider, HybridLevel3>

  let reader: EnvelopeIdentity<Provider>
  let envelope: MultiRecipientEnvelope
  let envelopeToThree: MultiRecipientEnvelope
  let certificate: UnverifiedSenderCertificate
  let serverCertificate: UnverifiedServerCertificate
  let group: Group
  let file: File
  let backup: Backup

  init() throws {
    let sender = try Self.device(1)
    let devices = try (2...4).map { try Self.device($0) }
    let key = try CertificateKeyPair<Classic>(id: 1)
    serverCertificate = try TrustRootKeyPair<Classic>().certify(key, expires: 1_000_000)
    let keys = sender.asRemote.keys
    certificate = try key.certify(
      sender.asRemote.address, suite: keys.suite, signingKey: keys.signing, agreementKey: keys.agreement, now: 0)
    reader = try EnvelopeIdentity(devices[0])
    let identity = try EnvelopeIdentity<Provider>(sender)
    let recipients = try devices.map { try EnvelopeRecipient<Provider>($0.asRemote, from: identity) }
    envelope = try MultiRecipientEnvelope.seal([1, 2, 3], certificate: certificate, to: [recipients[0]])
    envelopeToThree = try MultiRecipientEnvelope.seal([1, 2, 3], certificate: certificate, to: recipients)
    group = try Group(sender: sender, member: devices[0])
    (file, backup) = try (File(), Backup())
  }

  private static func device(_ account: UInt8) throws -> LocalDevice {
    try LocalDevice(
      address: DeviceAddress(account: [UInt8](repeating: account, count: 16), device: 1),
      root: RootIdentityKeyPair<Hybrid>().publicKey.certified,
      identity: DeviceIdentityKeyPair<Hybrid>())
  }
}

extension OutsideStage {
  /// A sender key and what a member of the group has of it, with a message that has not come yet.
  struct Group: Sendable {
    let record: SenderKeyRecord<Provider>
    let outgoing: OutgoingSenderKey<Provider>
    let distribution: SenderKeyDistribution
    let late: SenderKeyMessage
    let message: SenderKeyMessage

    init(sender: LocalDevice, member: LocalDevice) throws {
      let group = try GroupID(bytes: [UInt8](repeating: 3, count: 16))
      var outgoing = try OutgoingSenderKey<Provider>(group: group, sender: sender.asRemote.address, now: 0)
      let member = SenderKeyMember(member.asRemote, provider: Provider.self)
      _ = try outgoing.reconcile(with: [member], now: 0)
      distribution = try outgoing.distribute(to: [member])
      var record = SenderKeyRecord<Provider>(group: group, sender: sender.asRemote.address)
      try record.add(distribution)
      late = try outgoing.encrypt([1])
      _ = try record.decrypt(outgoing.encrypt([2]))
      message = try outgoing.encrypt([1, 2, 3])
      (self.record, self.outgoing) = (record, outgoing)
    }
  }

  struct File: Sendable {
    let pointer: AttachmentPointer
    let checkpoint: AttachmentCheckpoint
    let bytes: [UInt8]

    init() throws {
      var encryptor = try AttachmentEncryptor<Provider>()
      checkpoint = encryptor.checkpoint
      try encryptor.push([1, 2, 3])
      try encryptor.finish()
      var bytes: [UInt8] = []
      while let chunk = try encryptor.pull() { bytes += chunk }
      guard let pointer = encryptor.pointer else { throw FuzzFinding("there is no pointer") }
      (self.pointer, self.bytes) = (pointer, bytes)
    }
  }

  struct Backup: Sendable {
    let words: [String]
    let key: ArchiveKey
    let bytes: [UInt8]

    init() throws {
      let phrase = try RecoveryPhrase<Provider>()
      (words, key) = (phrase.words, try phrase.archiveKey())
      var writer = try ArchiveWriter<Provider>(key: key)
      try writer.push([1, 2, 3])
      try writer.finish()
      var bytes: [UInt8] = []
      while let chunk = try writer.pull() { bytes += chunk }
      self.bytes = bytes
    }
  }
}
