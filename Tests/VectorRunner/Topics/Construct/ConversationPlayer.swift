// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

/// Plays a conversation between Alice, who opens a session, and Bob. States go through their stored form at every step.
struct ConversationPlayer<Suite: CipherSuite> where Suite.Provider == ScriptedProvider {
  private typealias Member = JSONValue.Member

  private let conversation: JSONValue
  private var devices: [String: ConversationDevice<Suite>]
  private var messages: [String: CiphertextMessage] = [:]
  private var sparseHeaders: [String: [UInt8]] = [:]

  init(_ conversation: JSONValue) throws {
    self.conversation = conversation
    devices = try [
      "alice": ConversationDevice(conversation.value("alice")), "bob": ConversationDevice(conversation.value("bob")),
    ]
  }

  mutating func play() throws -> JSONValue {
    let name = try conversation.string("name")
    var members = try [
      Member("name", .string(name)), Member("suite", conversation.value("suite")),
      Member("alice", device("alice").described()), Member("bob", device("bob").described()),
    ]
    members.append(Member("handshake", try handshake()))
    var steps: [JSONValue] = []
    for (number, step) in try conversation.list("steps").enumerated() {
      do {
        steps.append(try play(step, seed: "\(name), step \(number)"))
      } catch let error as CryptoError {
        throw VectorProblem.mismatch("step \(number) threw \(error)")
      }
    }
    members.append(Member("steps", .array(steps)))
    return .object(members)
  }

  /// SHA-256 of the stored form of a device's sessions, so that no state of either ratchet is stored otherwise unnoticed.
  private func stored(_ name: String) throws -> Member {
    Member("stored", ScriptedProvider.sha256(try device(name).record.serialized().exposed()))
  }

  private func device(_ name: String) throws -> ConversationDevice<Suite> {
    guard let device = devices[name] else { throw VectorProblem.malformed("knows no \(name)") }
    return device
  }

  private func session(of name: String) throws -> Session<Suite> {
    guard let session = try device(name).record.current else { throw VectorProblem.mismatch("\(name) has no session") }
    return session
  }

  /// What the step was given, or what the seed makes.
  private func randomness(of step: JSONValue?, seed: String) throws -> ScriptedProvider.Randomness {
    if let given = try step?.optionalBytes("randomness") { return .exactly(given) }
    return .stream(seed: Array(seed.utf8))
  }

  /// Alice opens the session. Its randomness: the base key, m of the encapsulation (hybrid suites), the ratchet key.
  private mutating func handshake() throws -> JSONValue {
    var (alice, bob) = try (device("alice"), device("bob"))
    guard let unverified = bob.bundle else { throw VectorProblem.malformed("Bob has no signed prekey") }
    let bundle = try unverified.verified(for: bob.local.asRemote)
    let randomness = try randomness(of: conversation["handshake"], seed: "\(conversation.string("name")), handshake")
    let used = try ScriptedProvider.with(randomness) {
      try alice.record.initiate(local: alice.local, bundle: bundle, now: 0)
    }.used
    devices["alice"] = alice
    let size = Suite.agreementPublicKeySize
    let exchanges = try X3DH<Suite>.initiatorExchanges(
      identity: exchangeKey(of: alice), ephemeral: SecretBytes(copying: Array(used[..<32])),
      remoteIdentity: Array(bob.identity.publicKey.agreement[..<size]),
      signedPreKey: Array(unverified.signedPreKey.publicKey[..<size]),
      fourthPreKey: (unverified.oneTimePreKey?.publicKey ?? unverified.lastResortPreKey?.publicKey)
        .map { Array($0[..<size]) })
    var members = [Member("randomness", used)]
    for (number, exchange) in exchanges.enumerated() { members.append(Member("dh\(number + 1)", exchange)) }
    var kemSecret = SecretBytes(copying: [])
    if Suite.KEM.publicKeySize > 0 {
      let key =
        unverified.oneTimePreKey?.publicKey ?? unverified.lastResortPreKey?.publicKey
        ?? unverified.signedPreKey.publicKey
      kemSecret = try ScriptedProvider.with(.exactly(Array(used[32..<64]))) {
        try Suite.KEM.encapsulate(to: Array(key[size...]))
      }.result.secret
      members.append(Member("kemSecret", kemSecret))
    }
    let session = try session(of: "alice")
    let secrets = try SessionSecrets<Suite>(exchanges: exchanges, kemSecret: kemSecret, transcript: session.transcript)
    members += [Member("transcript", session.transcript), Member("secret", secrets.root)]
    if let sparse = session.ratchet.sparse as? any SparseIntermediates {
      members += [Member("sparseSeed", secrets.sparseSeed), Member("sparse", sparse.described)]
    }
    members.append(Member("rootKey", session.ratchet.rootKey.secret))
    return .object(members)
  }

  /// The X25519 part: behind the signing key.
  private func exchangeKey(of device: ConversationDevice<Suite>) -> SecretBytes {
    let bytes = device.identity.serialized().exposed()
    return SecretBytes(copying: Array(bytes[Suite.signaturePrivateKeySize..<Suite.signaturePrivateKeySize + 32]))
  }

  private mutating func play(_ step: JSONValue, seed: String) throws -> JSONValue {
    switch try step.string("action") {
    case "send": try send(step, seed: seed)
    case "receive": try receive(step, seed: seed)
    case "lose": step
    case let action: throw VectorProblem.malformed("knows no action \(action)")
    }
  }

  private mutating func send(_ step: JSONValue, seed: String) throws -> JSONValue {
    let (name, text) = try (step.string("by"), step.string("text"))
    let randomness = try randomness(of: step, seed: seed)
    var sender = try device(name)
    let session = try session(of: name)
    guard let chain = session.ratchet.sending else { throw VectorProblem.mismatch("\(name) cannot send yet") }
    var sparse = session.ratchet.sparse
    let sparseStep = try ScriptedProvider.with(randomness) { try sparse.send() }.result
    sparseHeaders[try step.string("message")] = sparseStep.header
    let epochSecret = try ScriptedProvider.with(randomness) {
      try (session.ratchet.sparse as? any SparseIntermediates)?.secretOfSending()
    }.result
    let messageKey = chain.chainKey.messageKey(Suite.self)
    let (key, nonce) = try messageKey.expanded(
      sparseKey: sparseStep.key, info: Suite.ratchetParameters.messageInfo, suite: Suite.self)
    let (message, used) = try ScriptedProvider.with(randomness) {
      try sender.record.encrypt(Array(text.utf8), now: 0)
    }
    messages[try step.string("message")] = message
    try keep(sender, as: name)
    var members = try ["by", "action", "message", "text"].map { Member($0, try step.value($0)) }
    members += [Member("randomness", used), Member("chainKey", chain.chainKey.secret)]
    members.append(Member("messageKey", messageKey.secret))
    if let sparseKey = sparseStep.key { members.append(Member("sparseKey", sparseKey)) }
    let sealed = try sealed(text, in: message, transcript: session.transcript, key: key, nonce: nonce)
    members += [Member("key", key), Member("nonce", nonce), Member("associatedData", sealed.associatedData)]
    members += [Member("tag", sealed.tag), Member("bytes", message.bytes)]
    if let epochSecret { members += try newEpoch(epochSecret, at: name) }
    if let mac = try newMAC(at: name, since: session) { members.append(mac) }
    members.append(try stored(name))
    return .object(members)
  }

  /// Associated data and tag of a message, which has to open with them.
  private func sealed(
    _ text: String, in message: CiphertextMessage, transcript: [UInt8], key: SecretBytes, nonce: [UInt8]
  ) throws -> (associatedData: [UInt8], tag: [UInt8]) {
    // Prefix (3) ‖ prekey header, in an initial message ‖ session tag (8) ‖ ratchet header ‖ what was sealed.
    let padded = try Padding.pad(Array(text.utf8))
    let bytes = message.bytes
    let tag = 3 + (message.kind == .preKey ? 73 + Suite.KEM.ciphertextSize : 0)
    let body = bytes.count - padded.count - Suite.aeadTagSize
    let data = transcript + [bytes[1]] + bytes[3..<tag] + bytes[(tag + 8)..<body]
    let opened = try Suite.open(Array(bytes[body...]), key: key, nonce: nonce, associatedData: data)
    guard opened == padded else { throw VectorProblem.mismatch("a message does not open with its associated data") }
    return (data, Array(bytes.suffix(Suite.aeadTagSize)))
  }

  /// What the sparse ratchet has made in this step.
  private func newMAC(at name: String, since before: Session<Suite>?) throws -> Member? {
    let mac = (try session(of: name).ratchet.sparse as? any SparseIntermediates)?.madeMAC
    return mac == (before?.ratchet.sparse as? any SparseIntermediates)?.madeMAC ? nil : mac
  }

  private mutating func receive(_ step: JSONValue, seed: String) throws -> JSONValue {
    let (name, id) = try (step.string("by"), step.string("message"))
    guard let sent = messages[id] else { throw VectorProblem.malformed("receives what was not sent") }
    var receiver = try device(name)
    let sender = try device(name == "alice" ? "bob" : "alice")
    var members = try ["by", "action", "message"].map { Member($0, try step.value($0)) }
    let keys = LocalPreKeys(
      signedPreKey: receiver.signed, oneTimePreKey: receiver.oneTime, lastResortPreKey: receiver.lastResort)
    do {
      let (result, used) = try ScriptedProvider.with(randomness(of: step, seed: seed)) {
        try receiver.record.decrypt(
          CiphertextMessage(bytes: sent.bytes), local: receiver.local, remote: sender.local.asRemote, preKeys: keys,
          now: 0)
      }
      members += [
        Member("randomness", used), Member("text", .string(String(decoding: result.plaintext, as: UTF8.self))),
      ]
    } catch let error as CryptoError {
      members.append(Member("refused", .string("\(error)")))
      return .object(members)
    }
    let (epochSecret, before) = try (secret(of: id, completedAt: name), device(name).record.current)
    try keep(receiver, as: name)
    if let epochSecret { members += try newEpoch(epochSecret, at: name) }
    if let mac = try newMAC(at: name, since: before) { members.append(mac) }
    let ratchet = try session(of: name).ratchet
    members.append(Member("rootKey", ratchet.rootKey.secret))
    if let key = ratchet.receiving.last?.chainKey { members.append(Member("receivingChainKey", key.secret)) }
    if let chain = ratchet.sending { members.append(Member("sendingChainKey", chain.chainKey.secret)) }
    members.append(try stored(name))
    return .object(members)
  }

  /// The secret of an epoch of the sparse ratchet, and what has become of the ratchet with it.
  private func newEpoch(_ secret: SecretBytes, at name: String) throws -> [Member] {
    guard let sparse = try session(of: name).ratchet.sparse as? any SparseIntermediates else { return [] }
    return [Member("epochSecret", secret), Member("sparse", sparse.described)]
  }

  /// The epoch's secret, if a message completes it at a device that has not taken it yet.
  private func secret(of message: String, completedAt name: String) throws -> SecretBytes? {
    guard let sparse = try device(name).record.current?.ratchet.sparse as? any SparseIntermediates,
      let header = sparseHeaders[message]
    else { return nil }
    return try sparse.secret(ofReceiving: header)
  }

  /// Through the stored form.
  private mutating func keep(_ device: ConversationDevice<Suite>, as name: String) throws {
    var device = device
    device.record = try SessionRecord(serialized: device.record.serialized())
    devices[name] = device
  }
}
