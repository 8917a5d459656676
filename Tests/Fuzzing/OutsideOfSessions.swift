// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

private typealias Provider = ScriptedProvider

private let stage = makeStage("envelopes, groups and files") { try OutsideStage() }

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
    [
      "to-one": stage.envelope.bytes, "of-one": stage.envelope.envelope(for: stage.envelope.recipients[0]),
      "to-three": stage.envelopeToThree.bytes,
      "of-three": stage.envelopeToThree.envelope(for: stage.envelopeToThree.recipients[2]),
      "sender-certificate": stage.certificate.bytes, "server-certificate": stage.serverCertificate.bytes,
    ]
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
      let bodies = [stage.envelope, stage.envelopeToThree].map { $0.envelope(for: $0.recipients[0]).suffix(100) }
      try require(bodies.contains(bytes.suffix(100)), "a forged envelope was opened")
    }
    try refusable { _ = try UnverifiedSenderCertificate(bytes: bytes) }
    try refusable { _ = try UnverifiedServerCertificate(bytes: bytes) }
  }

  static let senderKeys = FuzzTarget(name: "sender-keys") {
    [
      "message": stage.group.message.bytes, "late-message": stage.group.late.bytes,
      "distribution": stage.group.distribution.serialized().exposed(),
      "record": stage.group.record.serialized().exposed(),
      "own-key": stage.group.outgoing.serialized().exposed(),
    ]
  } run: { bytes in
    var record = stage.group.record
    try refusable {
      let message = try SenderKeyMessage(bytes: bytes)
      do {
        _ = try record.decrypt(message)
      } catch {
        try require(
          record.serialized().isEqual(to: stage.group.record.serialized()), "a refused message changed the key")
        throw error
      }
      try require([stage.group.message.bytes, stage.group.late.bytes].contains(bytes), "a forged message was accepted")
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
    [
      "attachment": stage.file.bytes, "archive": stage.backup.bytes,
      "pointer": stage.file.pointer.serialized().exposed(),
      "checkpoint": stage.file.checkpoint.serialized().exposed(),
      "phrase": Array(stage.backup.words.joined(separator: " ").utf8),
    ]
  } run: { bytes in
    try refusable {
      var decryptor = try AttachmentDecryptor<Provider>(stage.file.pointer)
      try decryptor.push(bytes)
      try decryptor.finish()
      while try decryptor.pull() != nil {}
      try require(!decryptor.isComplete || bytes == stage.file.bytes, "another file was accepted")
    }
    try refusable {
      var reader = ArchiveReader<Provider>(key: stage.backup.key)
      try reader.push(bytes)
      try reader.finish()
      while try reader.pull() != nil {}
      try require(!reader.isComplete || bytes == stage.backup.bytes, "another archive was accepted")
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
