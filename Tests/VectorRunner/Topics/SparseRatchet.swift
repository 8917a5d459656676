// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

extension Topic {
  static let sparseRatchet = Topic(
    "spqr", "Sparse post-quantum ratchet: field, erasure code, key schedule, and whole transcripts of the ML-KEM Braid",
    formats: [
      VectorFormat { file in
        file.content["keySchedule"]?["epochs"] != nil
          || ["field", "erasureCode"].contains { !(file.content[$0]?.elements ?? []).isEmpty }
      } run: { content, results in
        results.run("field", content["field"]?.elements ?? [], checkField)
        results.run("erasureCode", content["erasureCode"]?.elements ?? [], checkChunks)
        if let schedule = content["keySchedule"] { try checkKeySchedule(schedule, &results) }
      },
      .lists([("transcripts", ["initialKey", "authenticatorAtStart", "steps"], playBraid)]),
    ])
}

/// Signal's labels, with which the published vectors were made.
enum SignalBraid: BraidProfile {
  typealias Provider = NativeCryptoProvider

  private static let braid = "Signal_PQCKA_V1_MLKEM768:"

  static let braidParameters = BraidParameters(
    set: .mlkem768, chainStart: Array("Signal PQ Ratchet V1 Chain  Start".utf8),
    chainEpoch: Array("Signal PQ Ratchet V1 Chain Add Epoch".utf8),
    chainNext: Array("Signal PQ Ratchet V1 Chain Next".utf8), epochSecret: Array("\(braid)SCKA Key".utf8),
    authenticator: Array("\(braid)Authenticator Update".utf8), headerMAC: Array("\(braid)ekheader".utf8),
    ciphertextMAC: Array("\(braid)ciphertext".utf8))
}

private func checkField(_ test: JSONValue) throws {
  let (a, b) = try (FieldElement(bits: test.uint16("a")), FieldElement(bits: test.uint16("b")))
  try expect("sum", (a + b).bits, is: test.uint16("sum"))
  try expect("product", (a * b).bits, is: test.uint16("product"))
  try expect("quotient", (a / b).bits, is: test.uint16("quotient"))
}

private func checkChunks(_ test: JSONValue) throws {
  let message = try test.bytes("message")
  try expect("length", message.count, is: test.integer("length"))
  let encoder = ChunkEncoder(message)
  var decoder = ChunkDecoder(size: message.count)
  try expect("chunks needed", decoder.count, is: test.integer("chunksNeeded"))
  var rebuilt: [UInt8]?
  for entry in try test.list("chunks") {
    let chunk = encoder.chunk(at: try entry.uint16("index"))
    try expect("chunk \(chunk.index)", chunk.content.bytes, is: entry.bytes("data"))
    if rebuilt == nil { rebuilt = try decoder.add(chunk) }
  }
  if let rebuilt { try expect("what the chunks rebuild", rebuilt, is: message) }
}

/// Epoch by epoch, at both ends; each epoch is a case.
private func checkKeySchedule(_ schedule: JSONValue, _ results: inout FileResults) throws {
  let initialKey = try schedule.secret("initialKey")
  var initiator = try EpochKeySchedule<SignalBraid>(isInitiator: true, initialKey: initialKey)
  var responder = try EpochKeySchedule<SignalBraid>(isInitiator: false, initialKey: initialKey)
  for (number, test) in try schedule.list("epochs").enumerated() {
    results.run("keySchedule/epochs[\(number)]") {
      if let secret = try test.optionalSecret("epochSecret") {
        try initiator.add(secret)
        try responder.add(secret)
      }
      let epoch = UInt64(number)
      try expect("epoch", number, is: test.integer("epoch"))
      try expect("next root", initiator.nextRoot, is: test.bytes("nextRoot"))
      try expect("the responder's next root", responder.nextRoot, is: test.bytes("nextRoot"))
      guard let chains = initiator.epochs.last else { throw VectorProblem.mismatch("has no chains") }
      try expect("chain A2B", chains.sending?.key.exposed(), is: test.bytes("chainA2B"))
      try expect("chain B2A", chains.receiving.key, is: test.bytes("chainB2A"))
      try checkKeys(test.list("keysA2B"), epoch: epoch, from: &initiator, to: &responder)
      try checkKeys(test.list("keysB2A"), epoch: epoch, from: &responder, to: &initiator)
    }
  }
}

/// Keys are sent in order, and received out of it.
private func checkKeys(
  _ keys: [JSONValue], epoch: UInt64, from sender: inout EpochKeySchedule<SignalBraid>,
  to receiver: inout EpochKeySchedule<SignalBraid>
) throws {
  for key in keys {
    let sent = try sender.sendingKey(epoch: epoch)
    try expect("key number", sent.number, is: key.uint32("index"))
    try expect("key \(sent.number)", sent.key, is: key.bytes("key"))
  }
  for key in keys.reversed() {
    let received = try receiver.receivingKey(epoch: epoch, number: key.uint32("index"))
    try expect("received key", received, is: key.bytes("key"))
  }
}

private func playBraid(_ transcript: JSONValue) throws {
  var player = try BraidTranscriptPlayer(transcript)
  try player.play()
}
