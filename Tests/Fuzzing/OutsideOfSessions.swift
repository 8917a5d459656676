// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Provider = NativeCryptoProvider

/// Two devices, a certified sender, a group, and a file.
private struct Stage: Sendable {
  let reader: EnvelopeIdentity<Provider>
  let envelope: MultiRecipientEnvelope
  let certificate: UnverifiedSenderCertificate
  let serverCertificate: UnverifiedServerCertificate
  let group: SenderKeyRecord<Provider>
  let outgoing: OutgoingSenderKey<Provider>
  let distribution: SenderKeyDistribution
  let groupMessage: SenderKeyMessage
  let pointer: AttachmentPointer
  let attachment: [UInt8]
  let archiveKey: ArchiveKey
  let archive: [UInt8]

  init() throws {
    let sender = try Self.device(1)
    let device = try Self.device(2)
    let key = try CertificateKeyPair<NativeClassicSuite>(id: 1)
    serverCertificate = try TrustRootKeyPair<NativeClassicSuite>().certify(key, expires: 1_000_000)
    let keys = sender.asRemote.keys
    certificate = try key.certify(
      sender.asRemote.address, suite: keys.suite, signingKey: keys.signing, agreementKey: keys.agreement, now: 0)
    reader = try EnvelopeIdentity(device)
    let recipient = try EnvelopeRecipient<Provider>(device.asRemote, from: EnvelopeIdentity(sender))
    envelope = try MultiRecipientEnvelope.seal([1, 2, 3], certificate: certificate, to: [recipient])

    let groupID = try GroupID(bytes: [UInt8](repeating: 3, count: 16))
    var key2 = try OutgoingSenderKey<Provider>(group: groupID, sender: sender.asRemote.address, now: 0)
    let member = SenderKeyMember(device.asRemote, provider: Provider.self)
    _ = try key2.reconcile(with: [member], now: 0)
    distribution = key2.distribute(to: [member])
    var record = SenderKeyRecord<Provider>(group: groupID, sender: sender.asRemote.address)
    try record.add(distribution)
    _ = try key2.encrypt([1])
    _ = try record.decrypt(key2.encrypt([2]))
    groupMessage = try key2.encrypt([1, 2, 3])
    (group, outgoing) = (record, key2)

    var encryptor = try AttachmentEncryptor<Provider>()
    try encryptor.push([1, 2, 3])
    try encryptor.finish()
    var chunks: [UInt8] = []
    while let chunk = try encryptor.pull() { chunks += chunk }
    guard let pointer = encryptor.pointer else { throw FuzzFinding("there is no pointer") }
    (self.pointer, attachment) = (pointer, chunks)
    archiveKey = try RecoveryPhrase<Provider>().archiveKey()
    var writer = try ArchiveWriter<Provider>(key: archiveKey)
    try writer.push([1, 2, 3])
    try writer.finish()
    var archive: [UInt8] = []
    while let bytes = try writer.pull() { archive += bytes }
    self.archive = archive
  }

  private static func device(_ account: UInt8) throws -> LocalDevice {
    try LocalDevice(
      address: DeviceAddress(account: [UInt8](repeating: account, count: 16), device: 1),
      root: RootIdentityKeyPair<NativeHybridSuite>().publicKey.certified,
      identity: DeviceIdentityKeyPair<NativeHybridSuite>())
  }
}

private let stage: Stage = {
  do {
    return try Stage()
  } catch {
    preconditionFailure("the stage of the fuzz targets cannot be made: \(error)")
  }
}()

/// Runs `body`; refusals are what is expected.
private func refusable(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch is CryptoError {
    return
  }
}

extension FuzzTarget {
  static let sealedSender = FuzzTarget(name: "sealed-sender") {
    [stage.envelope.bytes, stage.envelope.envelope(for: stage.envelope.recipients[0]), stage.certificate.bytes]
      + [stage.serverCertificate.bytes]
  } run: { bytes in
    try refusable {
      let envelope = try MultiRecipientEnvelope(bytes: bytes)
      for recipient in envelope.recipients {
        try refusable { _ = try SealedEnvelope(bytes: envelope.envelope(for: recipient)) }
      }
    }
    try refusable {
      _ = try SealedEnvelope(bytes: bytes).open(as: stage.reader)
      // The header's tag is checked after the body is open.
      let body = stage.envelope.envelope(for: stage.envelope.recipients[0])
      try require(bytes.suffix(100) == body.suffix(100), "a forged envelope was opened")
    }
    try refusable { _ = try UnverifiedSenderCertificate(bytes: bytes) }
    try refusable { _ = try UnverifiedServerCertificate(bytes: bytes) }
  }

  static let senderKeys = FuzzTarget(name: "sender-keys") {
    [stage.groupMessage.bytes] + [stage.distribution, stage.distribution].map { $0.serialized().exposed() }
      + [stage.group.serialized().exposed(), stage.outgoing.serialized().exposed()]
  } run: { bytes in
    var record = stage.group
    try refusable {
      let message = try SenderKeyMessage(bytes: bytes)
      do {
        _ = try record.decrypt(message)
      } catch {
        try require(record.serialized().isEqual(to: stage.group.serialized()), "a refused message changed the key")
        throw error
      }
      try require(bytes == stage.groupMessage.bytes, "a forged message was accepted")
    }
    let stored = SecretBytes(copying: bytes)
    try refusable {
      let distribution = try SenderKeyDistribution(serialized: stored)
      try require(distribution.serialized().isEqual(to: stored), "a distribution changes when it is written")
    }
    try refusable {
      let read = try SenderKeyRecord<Provider>(serialized: stored)
      try require(read.serialized().isEqual(to: stored), "a stored record is another one when it is stored again")
    }
    try refusable {
      let read = try OutgoingSenderKey<Provider>(serialized: stored)
      try require(read.serialized().isEqual(to: stored), "a stored key is another one when it is stored again")
    }
  }

  static let files = FuzzTarget(name: "files") {
    [stage.attachment, stage.archive, stage.pointer.serialized().exposed()]
  } run: { bytes in
    try refusable {
      var decryptor = try AttachmentDecryptor<Provider>(stage.pointer)
      try decryptor.push(bytes)
      try decryptor.finish()
      while try decryptor.pull() != nil {}
      try require(!decryptor.isComplete || bytes == stage.attachment, "another file was accepted")
    }
    try refusable {
      var reader = ArchiveReader<Provider>(key: stage.archiveKey)
      try reader.push(bytes)
      try reader.finish()
      while try reader.pull() != nil {}
      try require(!reader.isComplete || bytes == stage.archive, "another archive was accepted")
    }
    let stored = SecretBytes(copying: bytes)
    try refusable {
      let pointer = try AttachmentPointer(serialized: stored)
      try require(pointer.serialized().isEqual(to: stored), "a pointer changes when it is written")
      _ = pointer.ciphertextSize
      _ = try AttachmentDecryptor<Provider>(pointer)
    }
    try refusable {
      let checkpoint = try AttachmentCheckpoint(serialized: stored)
      try require(checkpoint.serialized().isEqual(to: stored), "a checkpoint changes when it is written")
      _ = try AttachmentEncryptor<Provider>(resuming: checkpoint)
    }
    do {
      _ = try RecoveryPhrase<Provider>(
        words: String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init))
    } catch {
      return
    }
  }
}
