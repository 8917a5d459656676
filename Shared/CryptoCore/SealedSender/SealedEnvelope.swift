// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// An envelope as one device receives it: version (u8, 1) ‖ ephemeral X25519 key (32) ‖ header ‖ body.
public struct SealedEnvelope: Sendable {
  static let version: UInt8 = 1

  package let ephemeral: [UInt8]
  package let header: EnvelopeHeader
  let body: [UInt8]

  /// Throws `malformed`, `unsupportedVersion` or `unsupportedSuite`.
  public init(bytes: [UInt8]) throws(CryptoError) {
    var reader = ByteReader(bytes)
    guard try reader.readUInt8() == Self.version else { throw .unsupportedVersion }
    ephemeral = try reader.read(32)
    header = try EnvelopeHeader(from: &reader)
    guard reader.remaining >= 16, reader.remaining <= EnvelopeLimits.maximumPaddedSize + 16 else { throw .malformed }
    body = reader.readRest()
  }

  /// Unwraps the content key and opens the body. Who wrote it is only claimed: see `UnverifiedSealedMessage`.
  ///
  /// A hybrid device also opens headers of suite 1, from senders who know no other. Throws `unsupportedSuite`,
  /// `invalidKey`, `authenticationFailed`, `malformedPadding`, `malformed`, `unsupportedVersion`.
  public func open<Provider: CryptoProvider>(
    as identity: EnvelopeIdentity<Provider>
  ) throws(CryptoError) -> UnverifiedSealedMessage<Provider> {
    guard header.suite == identity.party.suite || header.suite == .classic else { throw .unsupportedSuite }
    var kemSecret: SecretBytes?
    if let set = try header.suite.known().kem {
      kemSecret = try Provider.mlkemDecapsulate(header.ciphertext, seed: identity.mlkemSeed, set: set)
    }
    let contentKey = try EnvelopeHeader.wrap(
      SecretBytes(copying: header.wrappedKey),
      exchange: Provider.x25519(privateKey: identity.x25519, publicKey: ephemeral), kemSecret: kemSecret,
      suite: header.suite, ephemeral: ephemeral, ciphertext: header.ciphertext, recipient: identity.party,
      Provider.self)
    let (certificate, content) = try EnvelopeBody<Provider>.open(body, contentKey: contentKey, ephemeral: ephemeral)
    return UnverifiedSealedMessage(
      certificate: try UnverifiedSenderCertificate(bytes: certificate), envelope: self, identity: identity,
      content: content)
  }
}

/// An envelope that has been opened. Its certificate says whose device list to look up; the content is handed out once
/// that device has been proven to be the sender.
public struct UnverifiedSealedMessage<Provider: CryptoProvider>: Sendable {
  public let certificate: UnverifiedSenderCertificate
  private let envelope: SealedEnvelope
  private let identity: EnvelopeIdentity<Provider>
  private let content: [UInt8]

  fileprivate init(
    certificate: UnverifiedSenderCertificate, envelope: SealedEnvelope, identity: EnvelopeIdentity<Provider>,
    content: [UInt8]
  ) {
    self.certificate = certificate
    self.envelope = envelope
    self.identity = identity
    self.content = content
  }

  /// The content, if `sender` wrote it to us: the certificate's chain and ends are right at `now` (the time at which the
  /// server took the message in), it speaks of `sender` as its verified device list has it, and the header's tag was made
  /// with `sender`'s identity key.
  ///
  /// The tag is what keeps a certificate from being a bearer's token: everybody who ever got an envelope of a sender has that
  /// sender's certificate, and could otherwise put anything into envelopes in its name, if only to make sessions look
  /// broken. Either side could have made the tag, so it proves nothing to others.
  ///
  /// Throws `unknownCertificate`, `certificateExpired`, `unsupportedSuite`, `invalidSignature`, `identityMismatch`, or
  /// `authenticationFailed`.
  public func verified<Server: CipherSuite>(
    sender: RemoteDevice, serverCertificates: [ServerCertificate<Server>], now: UInt64
  ) throws(CryptoError) -> [UInt8] {
    try verified(
      sender: EnvelopeParty(sender, provider: Provider.self), serverCertificates: serverCertificates, now: now)
  }

  package func verified<Server: CipherSuite>(
    sender: EnvelopeParty, serverCertificates: [ServerCertificate<Server>], now: UInt64
  ) throws(CryptoError) -> [UInt8] {
    try certificate.verify(for: sender, serverCertificates: serverCertificates, now: now)
    let senderKey = try identity.senderKey(with: sender, sender: sender, recipient: identity.party)
    let expected = EnvelopeHeader.tag(
      senderKey: senderKey, suite: envelope.header.suite, ephemeral: envelope.ephemeral,
      wrappedKey: envelope.header.wrappedKey, ciphertext: envelope.header.ciphertext,
      bodyDigest: Provider.sha256(envelope.body), Provider.self)
    guard constantTimeEqual(expected, envelope.header.tag) else { throw .authenticationFailed }
    return content
  }
}
