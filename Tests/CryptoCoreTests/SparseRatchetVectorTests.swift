// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Sparse ratchet vectors")
struct SparseRatchetVectorTests {
  struct BuildingBlocks: Decodable {
    struct Field: Decodable {
      let a: UInt16
      let b: UInt16
      let sum: UInt16
      let product: UInt16
      let quotient: UInt16
    }
    struct Code: Decodable {
      struct Piece: Decodable {
        let index: UInt16
        let data: Hex
      }
      let message: Hex
      let chunksNeeded: Int
      let chunks: [Piece]
    }
    struct KeySchedule: Decodable {
      struct Epoch: Decodable {
        struct Key: Decodable {
          let index: UInt32
          let key: Hex
        }
        let epoch: UInt64
        let epochSecret: Hex?
        let nextRoot: Hex
        let chainA2B: Hex
        let chainB2A: Hex
        let keysA2B: [Key]
        let keysB2A: [Key]
      }
      let initialKey: Hex
      let epochs: [Epoch]
    }
    let field: [Field]
    let erasureCode: [Code]
    let keySchedule: KeySchedule
  }

  private func blocks() throws -> BuildingBlocks {
    try VectorFile.load("spqr", "building_blocks", as: BuildingBlocks.self)
  }

  @Test("sums, products and quotients in GF(2^16) agree")
  func field() throws {
    let cases = try blocks().field
    #expect(cases.count == 64)
    for test in cases {
      let (a, b) = (FieldElement(bits: test.a), FieldElement(bits: test.b))
      #expect((a + b).bits == test.sum && (a * b).bits == test.product && (a / b).bits == test.quotient)
    }
  }

  @Test("chunks of every index agree")
  func erasureCode() throws {
    let cases = try blocks().erasureCode
    #expect(cases.count == 6)
    for test in cases {
      let encoder = ChunkEncoder(test.message.bytes)
      #expect(ChunkDecoder(size: test.message.bytes.count).count == test.chunksNeeded)
      for chunk in test.chunks { #expect(encoder.chunk(at: chunk.index).content.bytes == chunk.data.bytes) }
    }
  }

  @Test("roots, chains and message keys of every epoch agree, at both ends")
  func keySchedule() throws {
    let vectors = try blocks().keySchedule
    #expect(vectors.epochs.count == 4)
    var initiator = try EpochKeySchedule<SignalBraid>(isInitiator: true, initialKey: vectors.initialKey.secret)
    var responder = try EpochKeySchedule<SignalBraid>(isInitiator: false, initialKey: vectors.initialKey.secret)
    for epoch in vectors.epochs {
      if let secret = epoch.epochSecret {
        try initiator.add(secret.secret)
        try responder.add(secret.secret)
      }
      for schedule in [initiator, responder] { #expect(schedule.nextRoot.exposed() == epoch.nextRoot.bytes) }
      let chains = try #require(initiator.epochs.last)
      #expect(chains.sending?.key.exposed() == epoch.chainA2B.bytes)
      #expect(chains.receiving.key.exposed() == epoch.chainB2A.bytes)
      for key in epoch.keysA2B {
        let sent = try initiator.sendingKey(epoch: epoch.epoch)
        #expect(sent.number == key.index && sent.key.exposed() == key.key.bytes)
      }
      for key in epoch.keysB2A {
        let sent = try responder.sendingKey(epoch: epoch.epoch)
        #expect(sent.number == key.index && sent.key.exposed() == key.key.bytes)
      }
      // Out of order at the receivers.
      for key in epoch.keysA2B.reversed() {
        #expect(try responder.receivingKey(epoch: epoch.epoch, number: key.index).exposed() == key.key.bytes)
      }
      for key in epoch.keysB2A.reversed() {
        #expect(try initiator.receivingKey(epoch: epoch.epoch, number: key.index).exposed() == key.key.bytes)
      }
    }
  }

  @Test("both transcripts run byte for byte: states, keys, MACs, secrets and messages")
  func transcripts() throws {
    let file = try VectorFile.load("spqr", "transcripts", as: BraidTranscripts.self)
    #expect(file.transcripts.map(\.steps.count) == [440, 560])
    for transcript in file.transcripts {
      var player = try BraidTranscriptPlayer(transcript)
      try player.play()
    }
  }
}
