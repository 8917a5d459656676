// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MultiRecipientEnvelope {
  /// Encrypts `content`, a message that authenticates itself to each recipient (a sender-key message, or a ratchet
  /// message to a single device), with a fresh content key, and wraps that key for each device.
  ///
  /// The devices are all hybrid or all not (`EnvelopeRecipient.isHybrid`): a header of suite 1 gives the content key that
  /// all share to whoever breaks X25519.
  ///
  /// Throws `mixedRecipients`, `malformed` for no device or one that is named twice, `tooManyRecipients`,
  /// `plaintextTooLarge`, `randomnessUnavailable`.
  public static func seal<Provider: CryptoProvider>(
    _ content: [UInt8], certificate: UnverifiedSenderCertificate, to recipients: [EnvelopeRecipient<Provider>]
  ) throws(CryptoError) -> MultiRecipientEnvelope {
    for recipient in recipients where recipient.isHybrid != recipients[0].isHybrid { throw .mixedRecipients }
    return try sealMixed(content, certificate: certificate, to: recipients)
  }

  /// The same for devices of any suites, which receivers and servers take. For vectors and tests of the layout.
  package static func sealMixed<Provider: CryptoProvider>(
    _ content: [UInt8], certificate: UnverifiedSenderCertificate, to recipients: [EnvelopeRecipient<Provider>]
  ) throws(CryptoError) -> MultiRecipientEnvelope {
    guard recipients.count <= EnvelopeLimits.maximumRecipients else { throw .tooManyRecipients }
    let contentKey = try Provider.randomSecret(count: 32)
    let ephemeralKey = try Provider.randomSecret(count: 32)
    let ephemeral = try Provider.x25519PublicKey(of: ephemeralKey)
    let body = try EnvelopeBody<Provider>.seal(
      certificate: certificate.bytes, content: content, contentKey: contentKey, ephemeral: ephemeral)
    let bodyDigest = Provider.sha256(body)
    var size = prefixSize + 2 + body.count
    for recipient in recipients { size += 22 + (try EnvelopeHeader.size(of: recipient.suite)) }
    var writer = ByteWriter(capacity: size)
    writer.write(SealedEnvelope.version)
    writer.write(ephemeral)
    writer.write(UInt16(recipients.count))
    for recipient in recipients.sorted(by: { $0.party.address.precedes($1.party.address) }) {
      let header = try header(
        for: recipient, contentKey: contentKey, ephemeralKey: ephemeralKey, ephemeral: ephemeral,
        bodyDigest: bodyDigest
      ).encoded
      writer.write(recipient.party.address.account)
      writer.write(recipient.party.address.device)
      writer.write(UInt16(header.count))
      writer.write(header)
    }
    writer.write(body)
    return try MultiRecipientEnvelope(bytes: writer.finish())
  }

  private static func header<Provider: CryptoProvider>(
    for recipient: EnvelopeRecipient<Provider>, contentKey: SecretBytes, ephemeralKey: SecretBytes,
    ephemeral: [UInt8], bodyDigest: [UInt8]
  ) throws(CryptoError) -> EnvelopeHeader {
    let party = recipient.party
    var encapsulation: Encapsulation?
    if let set = try recipient.suite.known().kem {
      encapsulation = try Provider.mlkemEncapsulate(to: party.mlkem, set: set)
    }
    let ciphertext = encapsulation?.ciphertext ?? []
    let wrappedKey = try EnvelopeHeader.wrap(
      contentKey, exchange: Provider.x25519(privateKey: ephemeralKey, publicKey: party.x25519),
      kemSecret: encapsulation?.secret, suite: recipient.suite, ephemeral: ephemeral, ciphertext: ciphertext,
      recipient: party, Provider.self
    ).exposed()
    let tag = EnvelopeHeader.tag(
      senderKey: recipient.senderKey, suite: recipient.suite, ephemeral: ephemeral, wrappedKey: wrappedKey,
      ciphertext: ciphertext, bodyDigest: bodyDigest, Provider.self)
    return EnvelopeHeader(suite: recipient.suite, wrappedKey: wrappedKey, tag: tag, ciphertext: ciphertext)
  }
}
