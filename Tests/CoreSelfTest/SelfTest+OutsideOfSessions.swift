// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore

extension SelfTest {
  mutating func checkOutsideOfSessions() {
    check("sender keys") { () throws(CryptoError) in try Self.senderKeys() }
    check("sealed sender") { () throws(CryptoError) in try Self.sealedSender() }
    check("attachments") { () throws(CryptoError) in try Self.attachments() }
    check("archives from a recovery phrase") { () throws(CryptoError) in try Self.archives() }
    check("safety numbers") { () throws(CryptoError) in try Self.safetyNumbers() }
    check("padding") { () throws(CryptoError) in
      for count in [0, 159, 160, 1_120, 5_000] {
        let text = [UInt8](repeating: 0x80, count: count)
        guard try Padding.unpad(Padding.pad(text)) == text else { return false }
      }
      return true
    }
  }

  private static func senderKeys() throws(CryptoError) -> Bool {
    let group = try GroupID(bytes: [UInt8](repeating: 7, count: 16))
    let sender = try DeviceAddress(account: [UInt8](repeating: 0xA1, count: 16), device: 1)
    let bob = try TalkingParty<ClassicSuite<Provider>>(account: 0xB0).local.asRemote
    var outgoing = try OutgoingSenderKey<Provider>(group: group, sender: sender, now: 0)
    let member = SenderKeyMember(bob, provider: Provider.self)
    let lacking = try outgoing.reconcile(with: [member], now: 0)
    var incoming = SenderKeyRecord<Provider>(group: group, sender: sender)
    try incoming.add(outgoing.distribute(to: lacking))
    let messages = [try outgoing.encrypt([1]), try outgoing.encrypt([2])]
    let second = try incoming.decrypt(messages[1])
    let first = try incoming.decrypt(messages[0])
    return first == [1] && second == [2]
      && expect(.duplicateMessage) { () throws(CryptoError) in try incoming.decrypt(messages[0]) }
  }

  private static func sealedSender() throws(CryptoError) -> Bool {
    typealias Suite = HybridSuite<Provider, HybridLevel3>
    let root = try TrustRootKeyPair<Suite>()
    let key = try CertificateKeyPair<Suite>(id: 1)
    let server = try root.certify(key, expires: 1_000_000).verified(by: root.publicKey)
    let alice = try TalkingParty<Suite>(account: 0xA1).local
    let bob = try TalkingParty<Suite>(account: 0xB0).local
    let certificate = try key.certify(
      alice.asRemote.address, suite: Suite.id, signingKey: alice.asRemote.keys.signing,
      agreementKey: alice.asRemote.keys.agreement, now: 0)
    let recipient = try EnvelopeRecipient(bob.asRemote, from: EnvelopeIdentity<Provider>(alice))
    let envelope = try MultiRecipientEnvelope.seal([1, 2, 3], certificate: certificate, to: [recipient])
    let received = try SealedEnvelope(bytes: envelope.envelope(for: envelope.recipients[0]))
    let opened = try received.open(as: EnvelopeIdentity<Provider>(bob))
    let content = try opened.verified(sender: alice.asRemote, serverCertificates: [server], now: 1)
    return content == [1, 2, 3]
      && expect(.certificateExpired) { () throws(CryptoError) in
        try opened.verified(sender: alice.asRemote, serverCertificates: [server], now: 90_000)
      }
  }

  private static func attachments() throws(CryptoError) -> Bool {
    let file = [UInt8](repeating: 0x5A, count: 100_000)
    var encryptor = try AttachmentEncryptor<Provider>()
    try encryptor.push(file)
    try encryptor.finish()
    var chunks: [[UInt8]] = []
    while let chunk = try encryptor.pull() { chunks.append(chunk) }
    guard let pointer = encryptor.pointer else { return false }
    func decrypted(_ chunks: [[UInt8]]) throws(CryptoError) -> [UInt8] {
      var decryptor = try AttachmentDecryptor<Provider>(pointer)
      var result: [UInt8] = []
      for chunk in chunks {
        try decryptor.push(chunk)
        while let part = try decryptor.pull() { result += part }
      }
      try decryptor.finish()
      while let part = try decryptor.pull() { result += part }
      return result
    }
    guard try decrypted(chunks) == file else { return false }
    var isRefused = false
    do throws(CryptoError) { _ = try decrypted(chunks.dropLast()) } catch { isRefused = true }
    return isRefused
  }

  private static func archives() throws(CryptoError) -> Bool {
    let phrase = try RecoveryPhrase<Provider>()
    var writer = try ArchiveWriter<Provider>(key: phrase.archiveKey())
    for entry in 0..<3 { try writer.push([UInt8](repeating: UInt8(entry), count: 1_000)) }
    try writer.finish()
    let again: RecoveryPhrase<Provider>
    do throws(RecoveryPhraseError) { again = try RecoveryPhrase(words: phrase.words) } catch { return false }
    var reader = ArchiveReader<Provider>(key: try again.archiveKey())
    while let part = try writer.pull() { try reader.push(part) }
    try reader.finish()
    var count = 0
    while let entry = try reader.pull() {
      guard entry == [UInt8](repeating: UInt8(count), count: 1_000) else { return false }
      count += 1
    }
    return count == 3
  }

  private static func safetyNumbers() throws(CryptoError) -> Bool {
    let alice = try TalkingParty<HybridSuite<Provider, HybridLevel3>>(account: 0xA1).local.asRemote
    let bob = try TalkingParty<ClassicSuite<Provider>>(account: 0xB0).local.asRemote
    let one = try SafetyNumber<Provider>(
      localAccount: alice.address.account, localRoot: alice.root, remoteAccount: bob.address.account,
      remoteRoot: bob.root)
    let other = try SafetyNumber<Provider>(
      localAccount: bob.address.account, localRoot: bob.root, remoteAccount: alice.address.account,
      remoteRoot: alice.root)
    let matches = try one.matches(scanned: other.qrPayload)
    return matches && one.digits == other.digits
  }
}
