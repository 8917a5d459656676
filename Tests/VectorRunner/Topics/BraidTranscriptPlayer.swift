// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// Plays a transcript of the braid with two ratchets, which go through their stored form at every step.
struct BraidTranscriptPlayer {
  private typealias Ratchet = PostQuantumRatchet<SignalBraid>

  private let transcript: JSONValue
  private var parties: [String: Ratchet]
  private var messages: [String: [UInt8]] = [:]

  init(_ transcript: JSONValue) throws {
    self.transcript = transcript
    let seed = try transcript.secret("initialKey")
    parties = [
      "alice": try Ratchet(isInitiator: true, seed: seed), "bob": try Ratchet(isInitiator: false, seed: seed),
    ]
    let start = try transcript.value("authenticatorAtStart")
    for party in parties.values {
      try expect("authenticator's root key", party.braid.authenticator.rootKey, is: start.bytes("rootKey"))
      try expect("authenticator's MAC key", party.braid.authenticator.macKey, is: start.bytes("macKey"))
    }
  }

  mutating func play() throws {
    for (number, step) in try transcript.list("steps").enumerated() where step["action"] != .string("lost") {
      do {
        try play(step)
      } catch let problem as VectorProblem {
        throw VectorProblem.mismatch("step \(number): \(problem.text)")
      }
    }
    for (name, party) in parties {
      let epoch: Int = try transcript.value("finalEpochs").integer(name)
      try expect("the last epoch of \(name)", party.braid.epoch, is: UInt64(epoch))
    }
  }

  private mutating func play(_ step: JSONValue) throws {
    let actor = try step.string("actor")
    guard var party = parties[actor] else { throw VectorProblem.malformed("knows no \(actor)") }
    try expect("state", party.braid.state.name, is: step.string("state"))
    if try step.string("action") == "send" {
      try send(step, by: &party)
    } else {
      try receive(step, by: &party, from: actor == "alice" ? "bob" : "alice")
    }
    try expect("state after it", party.braid.state.name, is: step.string("stateAfter"))
    parties[actor] = try Ratchet(serialized: party.serialized())
  }

  private mutating func send(_ step: JSONValue, by party: inout Ratchet) throws {
    let given = try step.optionalBytes("randomness")
    let randomness = { (count: Int) throws(CryptoError) -> SecretBytes in
      guard let given, given.count == count else { throw .randomnessUnavailable }
      return SecretBytes(copying: given)
    }
    var braid = party.braid
    let secret = try braid.send(randomness: randomness).1
    try expect("epoch secret", secret?.exposed(), is: step.optionalBytes("epochSecret"))
    let result = try party.send(randomness: randomness)
    try expect("message", result.header, is: step.bytes("serialized"))
    try expect("message key", result.key?.exposed(), is: step.bytes("key"))
    let message = try BraidMessage(encoded: result.header)
    try expect("epoch", message.epoch, is: UInt64(step.integer("epoch")))
    try expect("key number", message.keyIndex, is: step.uint32("keyIndex"))
    try expect("type", message.type.vectorName, is: step.string("type"))
    if let header = try step.optionalBytes("ekHeader") { try checkKeyPair(step, header, party.braid.state) }
    if let firstPart = try step.optionalBytes("ct1") { try checkFirstPart(step, firstPart, party.braid.state) }
    messages[try step.string("message")] = result.header
  }

  private func checkKeyPair(_ step: JSONValue, _ header: [UInt8], _ state: BraidState) throws {
    guard case .keysSampled(let seed, let encoder) = state else {
      throw VectorProblem.mismatch("there is no key pair")
    }
    try expect("header and its MAC", encoder.message, is: header + step.bytes("headerMac"))
    let key = try NativeCryptoProvider.mlkemPublicKey(of: seed, set: .mlkem768)
    try expect("vector", MLKEMEncapsulation.vector(of: key, set: .mlkem768), is: step.bytes("ekVector"))
  }

  private func checkFirstPart(_ step: JSONValue, _ firstPart: [UInt8], _ state: BraidState) throws {
    guard case .ct1Sampled(let offer, let encoder, _) = state else {
      throw VectorProblem.mismatch("there is no first part")
    }
    try expect("first part", encoder.message, is: firstPart)
    let shared = try MLKEMEncapsulation.firstPart(
      header: offer.header, randomness: offer.randomness, set: .mlkem768
    ).sharedSecret
    try expect("shared secret", shared, is: step.bytes("kemSharedSecret"))
  }

  private func receive(_ step: JSONValue, by party: inout Ratchet, from other: String) throws {
    guard let header = messages[try step.string("message")] else {
      throw VectorProblem.malformed("receives what was not sent")
    }
    let message = try BraidMessage(encoded: header)
    var braid = party.braid
    let secret = try braid.receive(epoch: message.epoch, message.payload)
    try expect("epoch secret", secret?.exposed(), is: step.optionalBytes("epochSecret"))
    if let secondPart = try step.optionalBytes("ct2") {
      guard case .ct2Sampled(let encoder)? = parties[other]?.braid.state else {
        throw VectorProblem.mismatch("there is no second part")
      }
      try expect("second part and its MAC", encoder.message, is: secondPart + step.bytes("ciphertextMac"))
    }
    try expect("message key", party.receivingKey(header: header)?.exposed(), is: step.bytes("key"))
    try party.receive(header: header)
  }
}

extension BraidState {
  /// The specification's name.
  fileprivate var name: String {
    let name = "\(tag)"
    return name.prefix(1).uppercased() + name.dropFirst()
  }
}

extension BraidMessage.PayloadType {
  /// The transcripts' name.
  fileprivate var vectorName: String {
    switch self {
    case .none: "None"
    case .header: "Hdr"
    case .vector: "Ek"
    case .vectorAcknowledging: "EkCt1Ack"
    case .acknowledgement: "Ct1Ack"
    case .firstPart: "Ct1"
    case .secondPart: "Ct2"
    }
  }
}
