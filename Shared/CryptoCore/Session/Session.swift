// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One session: what a handshake agreed on and the ratchet that runs since.
package struct Session<Suite: CipherSuite>: Sendable {
  enum Role: UInt8, Sendable {
    case initiator = 1
    case responder = 2
  }

  let role: Role
  /// Seconds since 1970, by the caller's clock.
  let createdAt: UInt64
  /// EK_A. Marks the session at the responder: the same base key never opens a second one.
  let baseKey: [UInt8]
  /// The transcript's digest; part of the associated data of every message.
  package let transcript: [UInt8]
  /// The associated data of every ratchet message, made once.
  private let continuedData: [UInt8]
  /// At an initiator that nobody has answered yet: goes out with every message.
  var pending: PreKeyHeader<Suite>?
  package var ratchet: DoubleRatchet<Suite>

  var tag: SessionTag { SessionTag(transcript: transcript) }

  /// Opens a session with the owner of `bundle`.
  init(local: LocalDevice, bundle: PreKeyBundle<Suite>, now: UInt64) throws(CryptoError) {
    let ephemeral = try AgreementKeyPair<Suite>()
    let signedPreKey = bundle.signedPreKey.key
    let exchanges = try X3DH<Suite>.initiatorExchanges(
      identity: local.exchangeKey, ephemeral: ephemeral.privateKey,
      remoteIdentity: bundle.device.keys.exchangeKey, signedPreKey: signedPreKey.agreement,
      fourthPreKey: bundle.fourth.key?.agreement)
    let encapsulation = try Suite.KEM.encapsulate(to: bundle.kemKey)
    let header = PreKeyHeader<Suite>(
      senderFingerprint: local.asRemote.keys.fingerprint(Suite.Provider.self), baseKey: ephemeral.publicKey,
      signedPreKeyID: bundle.signedPreKey.id, fourth: bundle.fourth.reference,
      kemCiphertext: encapsulation.ciphertext)
    let transcript = SessionTranscript(
      initiator: local.asRemote, responder: bundle.device, header: header, signedPreKey: signedPreKey.bytes,
      fourthPreKey: bundle.fourth.key?.bytes
    ).digest
    let secrets = try SessionSecrets<Suite>(
      exchanges: exchanges, kemSecret: encapsulation.secret, transcript: transcript)
    self.init(
      role: .initiator, createdAt: now, baseKey: ephemeral.publicKey, transcript: transcript, pending: header,
      ratchet: try DoubleRatchet(
        initiatorSecret: secrets.root, remote: RemoteRatchetKey(bytes: signedPreKey.agreement),
        keyPair: .generate(), sparse: Suite.Sparse(isInitiator: true, seed: secrets.sparseSeed),
        parameters: Suite.ratchetParameters))
  }

  /// Takes up the session that an initial message proposes. Throws `unknownPreKey` if a prekey it names is not in
  /// `preKeys`.
  init(
    answering header: PreKeyHeader<Suite>, local: LocalDevice, remote: RemoteDevice, preKeys: LocalPreKeys<Suite>,
    now: UInt64
  ) throws(CryptoError) {
    guard let signed = preKeys.signedPreKey, signed.id == header.signedPreKeyID else { throw .unknownPreKey }
    let signedPreKey = signed.keyPair
    let fourth = try preKeys.keyPair(for: header.fourth)
    let exchanges = try X3DH<Suite>.responderExchanges(
      identity: local.exchangeKey, signedPreKey: signedPreKey.agreement.privateKey,
      fourthPreKey: fourth?.agreement.privateKey, remoteIdentity: remote.keys.exchangeKey,
      remoteEphemeral: header.baseKey)
    let kemSecret = try Suite.KEM.decapsulate(
      header.kemCiphertext, privateKey: (fourth ?? signedPreKey).kemPrivateKey)
    let transcript = SessionTranscript(
      initiator: remote, responder: local.asRemote, header: header, signedPreKey: signedPreKey.publicKey,
      fourthPreKey: fourth?.publicKey
    ).digest
    let secrets = try SessionSecrets<Suite>(exchanges: exchanges, kemSecret: kemSecret, transcript: transcript)
    self.init(
      role: .responder, createdAt: now, baseKey: header.baseKey, transcript: transcript, pending: nil,
      ratchet: DoubleRatchet(
        responderSecret: secrets.root, keyPair: RatchetKeyPair(signedPreKey.agreement),
        sparse: try Suite.Sparse(isInitiator: false, seed: secrets.sparseSeed)))
  }

  init(
    role: Role, createdAt: UInt64, baseKey: [UInt8], transcript: [UInt8], pending: PreKeyHeader<Suite>?,
    ratchet: DoubleRatchet<Suite>
  ) {
    self.role = role
    self.createdAt = createdAt
    self.baseKey = baseKey
    self.transcript = transcript
    continuedData = transcript + [CiphertextMessage.Kind.ratchet.rawValue]
    self.pending = pending
    self.ratchet = ratchet
  }

  /// Pads and encrypts. Throws `plaintextTooLarge`, `chainExhausted`.
  mutating func encrypt(_ plaintext: [UInt8]) throws(CryptoError) -> CiphertextMessage {
    let form: MessageForm<Suite> = if let pending { .preKey(pending) } else { .ratchet }
    let message = try ratchet.encrypt(
      Padding.pad(plaintext), associatedData: associatedData(of: form), parameters: Suite.ratchetParameters)
    return CiphertextMessage(form, tag: tag, ratchet: message)
  }

  /// Decrypts and removes the padding; whatever opens here is an answer. On any error the session is as it was.
  mutating func decrypt(_ message: ParsedMessage<Suite>) throws(CryptoError) -> [UInt8] {
    guard message.tag.belongs(to: transcript) else { throw .authenticationFailed }
    let (padded, step) = try ratchet.opened(
      message.ratchet, associatedData: associatedData(of: message.form), parameters: Suite.ratchetParameters)
    let plaintext = try Padding.unpad(padded)
    ratchet.take(step, parameters: Suite.ratchetParameters)
    pending = nil
    return plaintext
  }

  /// transcript digest ‖ kind (u8) [‖ prekey header]; the ratchet appends its own header. So every byte of a message is
  /// authenticated: version, suite and tag by the digest, the rest by itself.
  private func associatedData(of form: MessageForm<Suite>) -> [UInt8] {
    switch form {
    case .ratchet: continuedData
    case .preKey: transcript + [form.kind.rawValue] + form.header
    }
  }
}

/// What the handshake derives: the ratchet's root secret and the sparse ratchet's seed.
package struct SessionSecrets<Suite: CipherSuite> {
  package let root: SecretBytes
  package let sparseSeed: SecretBytes

  /// HKDF info: `"Construct handshake v1" ‖ 00 ‖ suite ‖ transcript digest`: it names protocol, suite, both parties and
  /// all keys.
  package init(exchanges: [SecretBytes], kemSecret: SecretBytes, transcript: [UInt8]) throws(CryptoError) {
    let size = Suite.keySize
    let output = try X3DH<Suite>.sharedSecret(
      exchanges: exchanges, kemSecret: kemSecret,
      info: ProtocolLabel.bytes(ProtocolLabel.handshake, suite: Suite.id) + transcript,
      count: size + Suite.Sparse.seedSize)
    root = output.slice(0..<size)
    sparseSeed = output.slice(size..<output.count)
  }
}

extension LocalPreKeys {
  fileprivate func keyPair(
    for reference: PreKeyHeader<Suite>.FourthReference
  ) throws(CryptoError) -> HandshakeKeyPair<Suite>? {
    switch reference {
    case .none:
      return nil
    case .oneTime(let id):
      guard let key = oneTimePreKey, key.id == id else { throw .unknownPreKey }
      return key.keyPair
    case .lastResort(let id):
      guard let key = lastResortPreKey, key.id == id else { throw .unknownPreKey }
      return key.keyPair
    }
  }
}
