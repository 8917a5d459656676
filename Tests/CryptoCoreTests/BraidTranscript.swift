// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

/// The shape of `Tests/Vectors/spqr/transcripts.json`.
struct BraidTranscripts: Decodable {
  struct Transcript: Decodable {
    struct Authenticator: Decodable {
      let rootKey: Hex
      let macKey: Hex
    }
    struct Step: Decodable {
      let actor: String
      let action: String
      let message: String
      let state: String?
      let stateAfter: String?
      let key: Hex?
      let randomness: Hex?
      let ekHeader: Hex?
      let ekVector: Hex?
      let headerMac: Hex?
      let ct1: Hex?
      let ct2: Hex?
      let ciphertextMac: Hex?
      let kemSharedSecret: Hex?
      let epochSecret: Hex?
      let epoch: UInt64?
      let keyIndex: UInt32?
      let serialized: Hex?
    }
    let name: String
    let initialKey: Hex
    let authenticatorAtStart: Authenticator
    let finalEpochs: [String: UInt64]
    let steps: [Step]
  }
  let transcripts: [Transcript]
}

/// Plays a transcript with two ratchets, which go through their stored form at every step.
struct BraidTranscriptPlayer {
  private let transcript: BraidTranscripts.Transcript
  private var parties: [String: PostQuantumRatchet<SignalBraid>]
  private var messages: [String: [UInt8]] = [:]

  init(_ transcript: BraidTranscripts.Transcript) throws {
    self.transcript = transcript
    parties = [
      "alice": try PostQuantumRatchet(isInitiator: true, seed: transcript.initialKey.secret),
      "bob": try PostQuantumRatchet(isInitiator: false, seed: transcript.initialKey.secret),
    ]
    for party in parties.values {
      let (start, authenticator) = (transcript.authenticatorAtStart, party.braid.authenticator)
      #expect(authenticator.rootKey.exposed() == start.rootKey.bytes)
      #expect(authenticator.macKey.exposed() == start.macKey.bytes)
    }
  }

  mutating func play() throws {
    for step in transcript.steps where step.action != "lost" {
      var party = try #require(parties[step.actor])
      #expect(party.braid.state.name == step.state, "\(transcript.name), \(step.message)")
      if step.action == "send" { try send(step, by: &party) } else { try receive(step, by: &party) }
      #expect(party.braid.state.name == step.stateAfter, "\(transcript.name), \(step.message)")
      parties[step.actor] = try PostQuantumRatchet(serialized: party.serialized())
    }
    #expect(parties.mapValues { $0.braid.epoch } == transcript.finalEpochs)
  }

  private mutating func send(
    _ step: BraidTranscripts.Transcript.Step, by party: inout PostQuantumRatchet<SignalBraid>
  ) throws {
    let randomness = { (count: Int) throws(CryptoError) -> SecretBytes in
      guard let bytes = step.randomness, bytes.bytes.count == count else { throw .randomnessUnavailable }
      return bytes.secret
    }
    var braid = party.braid
    let (_, secret) = try braid.send(randomness: randomness)
    #expect(secret?.exposed() == step.epochSecret?.bytes)
    let result = try party.send(randomness: randomness)
    #expect(result.header == step.serialized?.bytes && result.key?.exposed() == step.key?.bytes)
    let message = try BraidMessage(encoded: result.header)
    #expect(message.epoch == step.epoch && message.keyIndex == step.keyIndex)
    if let header = step.ekHeader {
      guard case .keysSampled(let seed, let encoder) = party.braid.state else { throw CryptoError.malformed }
      #expect(try encoder.message == header.bytes + #require(step.headerMac).bytes)
      let key = try NativeCryptoProvider.mlkemPublicKey(of: seed, set: .mlkem768)
      #expect(try MLKEMEncapsulation.vector(of: key, set: .mlkem768) == step.ekVector?.bytes)
    }
    if let firstPart = step.ct1 {
      guard case .ct1Sampled(let offer, let encoder, _) = party.braid.state else { throw CryptoError.malformed }
      #expect(encoder.message == firstPart.bytes)
      let shared = try MLKEMEncapsulation.firstPart(
        header: offer.header, randomness: offer.randomness, set: .mlkem768
      ).sharedSecret
      #expect(shared.exposed() == step.kemSharedSecret?.bytes)
    }
    messages[step.message] = result.header
  }

  private func receive(
    _ step: BraidTranscripts.Transcript.Step, by party: inout PostQuantumRatchet<SignalBraid>
  ) throws {
    let header = try #require(messages[step.message])
    let message = try BraidMessage(encoded: header)
    var braid = party.braid
    #expect(try braid.receive(epoch: message.epoch, message.payload)?.exposed() == step.epochSecret?.bytes)
    if let secondPart = step.ct2 {
      let other = try #require(parties[step.actor == "alice" ? "bob" : "alice"])
      guard case .ct2Sampled(let encoder) = other.braid.state else { throw CryptoError.malformed }
      #expect(try encoder.message == secondPart.bytes + #require(step.ciphertextMac).bytes)
    }
    #expect(try party.receivingKey(header: header)?.exposed() == step.key?.bytes)
    try party.receive(header: header)
  }
}
