// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

/// The layout of the published Double Ratchet transcripts.
struct RatchetTranscripts: Decodable {
  let transcripts: [RatchetTranscript]
}

struct RatchetTranscript: Decodable {
  struct Skipped: Decodable, Hashable {
    let dh: Hex
    let n: UInt32
    let messageKey: Hex
  }
  struct State: Decodable {
    let rootKey: Hex
    let sendChainKey: Hex?
    let receiveChainKey: Hex?
    let dhPrivate: Hex
    let dhRemote: Hex?
    let ns: UInt32
    let nr: UInt32
    let pn: UInt32
    let skipped: [Skipped]
  }
  struct Header: Decodable {
    let bytes: Hex
  }
  struct Step: Decodable {
    struct DHRatchet: Decodable {
      let newDhPrivate: Hex
    }
    let actor: String
    let action: String
    let message: String
    let plaintext: Hex?
    let header: Header?
    let headerBytes: Hex?
    let encryptionKey: Hex?
    let authenticationKey: Hex?
    let iv: Hex?
    let associatedData: Hex?
    let ciphertext: Hex?
    let expect: String?
    let reason: String?
    let dhRatchet: DHRatchet?
    let stateAfter: State
  }

  let name: String
  let sharedSecret: Hex
  let associatedData: Hex
  let bobInitialRatchetPrivate: Hex
  let bobInitialRatchetPublic: Hex
  let rootInfo: String
  let messageKeyInfo: String
  let maxSkip: UInt32
  let aliceInitial: State
  let bobInitial: State
  let steps: [Step]
}

/// Plays a transcript with the ratchet that sessions use.
struct TranscriptPlayer<Suite: CipherSuite> {
  private let transcript: RatchetTranscript
  private let parameters: RatchetParameters
  /// Whether the suite's cipher is the transcript's, so that its ciphertexts can be compared and opened.
  private let hasCipher: Bool
  private var parties: [String: DoubleRatchet<Suite>]
  private var messages: [String: RatchetMessage<Suite>] = [:]

  init(_ transcript: RatchetTranscript, hasCipher: Bool) throws {
    self.transcript = transcript
    self.hasCipher = hasCipher
    // The transcripts keep every chain; the protocol's own bound on chains is tested elsewhere.
    parameters = RatchetParameters(
      rootInfo: Array(transcript.rootInfo.utf8), messageInfo: Array(transcript.messageKeyInfo.utf8),
      maximumJump: transcript.maxSkip, maximumReceivingChains: 1_000)
    parties = [
      "alice": try DoubleRatchet(
        initiatorSecret: transcript.sharedSecret.secret,
        remote: RemoteRatchetKey(bytes: transcript.bobInitialRatchetPublic.bytes),
        keyPair: Self.keyPair(transcript.aliceInitial.dhPrivate),
        sparse: Suite.Sparse(isInitiator: true, seed: SecretBytes(copying: [])), parameters: parameters),
      "bob": try DoubleRatchet(
        responderSecret: transcript.sharedSecret.secret, keyPair: Self.keyPair(transcript.bobInitialRatchetPrivate),
        sparse: Suite.Sparse(isInitiator: false, seed: SecretBytes(copying: []))),
    ]
    try check("alice", has: transcript.aliceInitial)
    try check("bob", has: transcript.bobInitial)
  }

  mutating func play() throws {
    for (number, step) in transcript.steps.enumerated() {
      try step.action == "send" ? send(step, "\(transcript.name), step \(number)") : receive(step)
      try check(step.actor, has: step.stateAfter)
    }
  }

  private static func keyPair(_ privateKey: Hex) throws -> RatchetKeyPair<Suite> {
    RatchetKeyPair(try AgreementKeyPair(privateKey: privateKey.secret))
  }

  private mutating func send(_ step: RatchetTranscript.Step, _ place: Comment) throws {
    var ratchet = try #require(parties[step.actor])
    let message = try ratchet.encrypt(
      #require(step.plaintext).bytes, associatedData: transcript.associatedData.bytes, parameters: parameters)
    #expect(message.header.encoded == step.header?.bytes.bytes, place)
    if hasCipher {
      #expect(message.ciphertext == step.ciphertext?.bytes, place)
    } else {
      let keys =
        try #require(step.encryptionKey).bytes + #require(step.authenticationKey).bytes + #require(step.iv).bytes
      let digest = NativeCryptoProvider.sha256(try #require(step.associatedData).bytes)
      #expect(message.ciphertext.starts(with: keys + digest), place)
    }
    parties[step.actor] = ratchet
    messages[step.message] = message
  }

  private mutating func receive(_ step: RatchetTranscript.Step) throws {
    var ratchet = try #require(parties[step.actor])
    let message = try received(step)
    let fresh = try step.dhRatchet.map { try Self.keyPair($0.newDhPrivate) }
    let (associatedData, parameters) = (transcript.associatedData.bytes, parameters)
    let attempt = { (ratchet: inout DoubleRatchet<Suite>) throws(CryptoError) -> [UInt8] in
      try ratchet.decrypt(
        message, associatedData: associatedData, parameters: parameters,
        freshKeyPair: { () throws(CryptoError) in
          if let fresh { return fresh }
          return try .generate()
        })
    }
    if step.expect == "ok" {
      #expect(try attempt(&ratchet) == step.plaintext?.bytes)
    } else {
      let before = try #require(parties[step.actor]).stored
      let error = #expect(throws: CryptoError.self) { try attempt(&ratchet) }
      #expect(
        [.authenticationFailed, .duplicateMessage, .tooFarAhead].contains(error),
        "\(transcript.name) \(step.reason ?? "")")
      #expect(ratchet.stored == before)
    }
    parties[step.actor] = ratchet
  }

  /// The message as the step has it: as sent, or with the step's own header or ciphertext.
  private func received(_ step: RatchetTranscript.Step) throws -> RatchetMessage<Suite> {
    let sent = try #require(messages[step.message])
    var header = sent.header
    if let bytes = step.headerBytes {
      var reader = ByteReader(bytes.bytes)
      header = try RatchetHeader(from: &reader)
      try reader.finish()
    }
    var ciphertext = sent.ciphertext
    if step.expect == "error", let changed = step.ciphertext {
      if hasCipher { ciphertext = changed.bytes } else { ciphertext[0] ^= 1 }
    }
    return RatchetMessage(header: header, ciphertext: ciphertext)
  }

  private func check(_ actor: String, has state: RatchetTranscript.State) throws {
    let ratchet = try #require(parties[actor])
    #expect(ratchet.rootKey.secret.exposed() == state.rootKey.bytes)
    #expect(ratchet.sending?.chainKey.secret.exposed() == state.sendChainKey?.bytes)
    #expect(ratchet.receiving.last?.chainKey?.secret.exposed() == state.receiveChainKey?.bytes)
    #expect(ratchet.keyPair.keyPair.privateKey.exposed() == state.dhPrivate.bytes)
    #expect((ratchet.sending?.next ?? 0, ratchet.receiving.last?.next ?? 0) == (state.ns, state.nr))
    #expect(ratchet.previousCount == state.pn)
    if let remote = ratchet.receiving.last { #expect(remote.ratchetKey.bytes == state.dhRemote?.bytes) }
    var skipped: [[UInt8]: [UInt8]] = [:]
    for chain in ratchet.receiving {
      for key in chain.skipped {
        skipped[chain.ratchetKey.bytes + withUnsafeBytes(of: key.number.bigEndian, Array.init)] = key.key.secret
          .exposed()
      }
    }
    var expected: [[UInt8]: [UInt8]] = [:]
    for key in state.skipped {
      expected[key.dh.bytes + withUnsafeBytes(of: key.n.bigEndian, Array.init)] = key.messageKey.bytes
    }
    #expect(skipped == expected)
  }
}

extension DoubleRatchet {
  /// The state as it is stored, to compare byte for byte.
  var stored: [UInt8] {
    var writer = ByteWriter()
    write(to: &writer)
    return writer.bytes
  }
}
