// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// Plays a published Double Ratchet transcript with the ratchet that sessions use.
struct RatchetTranscriptPlayer<Suite: CipherSuite> {
  private let transcript: JSONValue
  private let parameters: RatchetParameters
  private let associatedData: [UInt8]
  /// Whether the suite's cipher is the transcript's, so that its ciphertexts can be compared and opened.
  private let hasCipher: Bool
  private var parties: [String: DoubleRatchet<Suite>]
  private var messages: [String: RatchetMessage<Suite>] = [:]

  init(_ transcript: JSONValue, hasCipher: Bool) throws {
    self.transcript = transcript
    self.hasCipher = hasCipher
    associatedData = try transcript.bytes("associatedData")
    // The transcripts keep every chain; the protocol's own bound on chains is tested elsewhere.
    parameters = RatchetParameters(
      rootInfo: Array(try transcript.string("rootInfo").utf8),
      messageInfo: Array(try transcript.string("messageKeyInfo").utf8),
      maximumJump: try transcript.uint32("maxSkip"), maximumReceivingChains: 1_000)
    let (alice, bob) = try (transcript.value("aliceInitial"), transcript.value("bobInitial"))
    let none = SecretBytes(copying: [])
    parties = [
      "alice": try DoubleRatchet(
        initiatorSecret: transcript.secret("sharedSecret"),
        remote: RemoteRatchetKey(bytes: transcript.bytes("bobInitialRatchetPublic")),
        keyPair: Self.keyPair(alice.secret("dhPrivate")), sparse: Suite.Sparse(isInitiator: true, seed: none),
        parameters: parameters),
      "bob": try DoubleRatchet(
        responderSecret: transcript.secret("sharedSecret"),
        keyPair: Self.keyPair(transcript.secret("bobInitialRatchetPrivate")),
        sparse: Suite.Sparse(isInitiator: false, seed: none)),
    ]
    try check(party("alice"), has: alice)
    try check(party("bob"), has: bob)
    let exchange = try party("alice").keyPair.agree(with: party("bob").keyPair.publicKey)
    try expect("Alice's first DH output", exchange, is: alice.bytes("dhOutput"))
    try expect("Bob's first ratchet key", party("bob").keyPair.publicKey.bytes, is: alice.bytes("dhRemote"))
  }

  mutating func play() throws {
    for (number, step) in try transcript.list("steps").enumerated() {
      do {
        if try step.string("action") == "send" { try send(step) } else { try receive(step) }
        try check(party(step.string("actor")), has: step.value("stateAfter"))
      } catch let problem as VectorProblem {
        throw VectorProblem.mismatch("step \(number): \(problem.text)")
      }
    }
  }

  private static func keyPair(_ privateKey: SecretBytes) throws -> RatchetKeyPair<Suite> {
    RatchetKeyPair(try AgreementKeyPair(privateKey: privateKey))
  }

  private func party(_ name: String) throws(VectorProblem) -> DoubleRatchet<Suite> {
    guard let ratchet = parties[name] else { throw .malformed("knows no \(name)") }
    return ratchet
  }

  private mutating func send(_ step: JSONValue) throws {
    let actor = try step.string("actor")
    var ratchet = try party(actor)
    let messageKey = try ratchet.nextMessageKey()
    try expect("message key", messageKey.secret, is: step.bytes("messageKey"))
    let message = try ratchet.encrypt(
      step.bytes("plaintext"), associatedData: associatedData, parameters: parameters)
    let header = try step.value("header")
    try expect("header", message.header.encoded(), is: header.bytes("bytes"))
    try expect("ratchet key", message.header.ratchetKey.bytes, is: header.bytes("dh"))
    try expect("PN", message.header.previousCount, is: header.uint32("pn"))
    try expect("N", message.header.number, is: header.uint32("n"))
    try expect("associated data", associatedData + message.header.encoded(), is: step.bytes("associatedData"))
    let (key, nonce) = try messageKey.expanded(
      sparseKey: nil, info: parameters.messageInfo, suite: Suite.self)
    try expect("keys", key, is: step.bytes("encryptionKey") + (step.optionalBytes("authenticationKey") ?? []))
    try expect("nonce", nonce, is: step.optionalBytes("nonce") ?? step.bytes("iv"))
    if hasCipher {
      try expect("ciphertext", message.ciphertext, is: step.bytes("ciphertext"))
    } else {
      let shown = key.exposed() + nonce + NativeCryptoProvider.sha256(try step.bytes("associatedData"))
      try expect("what the AEAD was given", Array(message.ciphertext.prefix(shown.count)), is: shown)
    }
    parties[actor] = ratchet
    messages[try step.string("message")] = message
  }

  private mutating func receive(_ step: JSONValue) throws {
    let actor = try step.string("actor")
    var ratchet = try party(actor)
    let message = try received(step)
    if try step.string("expect") == "ok" {
      let fresh = try step["dhRatchet"].map {
        try $0.checkDHRatchet(
          Suite.self, before: ratchet, remote: message.header.ratchetKey, parameters: parameters)
      }
      if case .bool(let used) = step["usedSkippedKey"] {
        let isSkipped = ratchet.skippedKeys.contains {
          $0.ratchetKey == message.header.ratchetKey.bytes && $0.number == message.header.number
        }
        try expect("whether its key was skipped", isSkipped, is: used)
      }
      let plaintext = try ratchet.decrypt(
        message, associatedData: associatedData, parameters: parameters, fresh: fresh)
      try expect("plaintext", plaintext, is: step.bytes("plaintext"))
    } else {
      let before = ratchet.stored
      let (associatedData, parameters) = (associatedData, parameters)
      try expectRefusal(
        try step.string("reason"), with: .authenticationFailed, .duplicateMessage, .tooFarAhead
      ) { () throws(CryptoError) in
        try ratchet.decrypt(message, associatedData: associatedData, parameters: parameters, fresh: nil)
      }
      try expect("the state after an error", ratchet.stored, is: before)
    }
    parties[actor] = ratchet
  }

  /// The message as the step has it: as sent, or with the step's own header or ciphertext.
  private func received(_ step: JSONValue) throws -> RatchetMessage<Suite> {
    guard let sent = messages[try step.string("message")] else {
      throw VectorProblem.malformed("receives what was not sent")
    }
    var header = sent.header
    if let bytes = try step.optionalBytes("headerBytes") {
      var reader = ByteReader(bytes)
      header = try RatchetHeader(from: &reader)
      try reader.finish()
    }
    var ciphertext = sent.ciphertext
    if let changed = try step.optionalBytes("ciphertext"), try step.string("expect") == "error" {
      if hasCipher { ciphertext = changed } else { ciphertext[0] ^= 1 }
    }
    return RatchetMessage(header: header, ciphertext: ciphertext)
  }

  private func check(_ ratchet: DoubleRatchet<Suite>, has state: JSONValue) throws {
    try expect("root key", ratchet.rootKey.secret, is: state.bytes("rootKey"))
    try expect(
      "sending chain key", ratchet.sending?.chainKey.secret.exposed(), is: state.optionalBytes("sendChainKey"))
    try expect(
      "receiving chain key", ratchet.receiving.last?.chainKey?.secret.exposed(),
      is: state.optionalBytes("receiveChainKey"))
    try expect("ratchet private key", ratchet.keyPair.keyPair.privateKey, is: state.bytes("dhPrivate"))
    try expect("Ns", ratchet.sending?.next ?? 0, is: state.uint32("ns"))
    try expect("Nr", ratchet.receiving.last?.next ?? 0, is: state.uint32("nr"))
    try expect("PN", ratchet.previousCount, is: state.uint32("pn"))
    if let chain = ratchet.receiving.last {
      try expect("remote ratchet key", chain.ratchetKey.bytes, is: state.optionalBytes("dhRemote"))
    }
    try expect("skipped keys", Set(ratchet.skippedKeys), is: Set(try state.list("skipped").map(SkippedEntry.init)))
  }
}

/// A skipped key, as the transcripts list them.
struct SkippedEntry: Hashable {
  let ratchetKey: [UInt8]
  let number: UInt32
  let messageKey: [UInt8]
}

extension SkippedEntry {
  init(_ entry: JSONValue) throws {
    self.init(
      ratchetKey: try entry.bytes("dh"), number: try entry.uint32("n"), messageKey: try entry.bytes("messageKey"))
  }
}

extension DoubleRatchet {
  var skippedKeys: [SkippedEntry] {
    receiving.flatMap { chain in
      chain.skipped.map {
        SkippedEntry(ratchetKey: chain.ratchetKey.bytes, number: $0.number, messageKey: $0.key.secret.exposed())
      }
    }
  }
}
