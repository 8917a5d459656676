// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("ML-KEM Braid")
struct BraidTests {
  @Test("what a message carries for it, and how large its state is, in every phase")
  func sizes() throws {
    try measure(Braid768.self, largestState: 2_560)
    try measure(Braid1024.self, largestState: 3_418)
  }

  private func measure<Profile: BraidProfile>(_ profile: Profile.Type, largestState: Int) throws {
    var pair = try BraidPair<Profile>()
    var phases = Set<BraidState.Tag>()
    var largest = 0
    // More than two epochs, in which each side is in every phase; in step, and then in runs.
    for (burst, rounds) in [(1, 130), (50, 5)] {
      for round in 0..<2 * rounds {
        let sender = round % 2
        for _ in 0..<burst {
          let tag = pair.ratchets[sender].braid.state.tag
          phases.insert(tag)
          let letter = try pair.send(from: sender)
          // Version, epoch, key number and type in four bytes; a chunk and its index in 33. A number from 128 on has a
          // byte more.
          let more = try letter.message.keyIndex < 128 ? 0 : 1
          switch tag {
          case .ekSentCt1Received, .noHeaderReceived, .ct1Acknowledged: #expect(letter.header.count == 4 + more)
          default: #expect(letter.header.count == 37 + more)
          }
          try pair.deliver(letter)
          largest = max(largest, pair.ratchets[1 - sender].serialized().count)
        }
      }
    }
    #expect(phases.isSuperset(of: Set(BraidState.Tag.allCases).subtracting([.ekReceivedCt1Sampled])))
    #expect(largest == largestState)
    #expect(PostQuantumRatchet<Profile>.headerLimit == 52)
  }

  @Test("an epoch takes 43 round trips of single messages in suite 2, 56 or 57 in suite 3")
  func epochLength() throws {
    let (recommended, larger) = (try fourEpochs(Braid768.self), try fourEpochs(Braid1024.self))
    #expect((4 * 43 - 2...4 * 43 + 2).contains(recommended), "\(recommended)")
    #expect((4 * 56...4 * 57).contains(larger), "\(larger)")
  }

  private func fourEpochs<Profile: BraidProfile>(_ profile: Profile.Type) throws -> Int {
    var pair = try BraidPair<Profile>()
    var roundTrips = 0
    while pair.ratchets.contains(where: { $0.braid.epoch < 5 }) {
      try pair.roundTrip()
      roundTrips += 1
    }
    return roundTrips
  }

  @Test("a state survives being stored in every phase; truncated, longer and impossible ones are refused")
  func serialization() throws {
    var pair = try BraidPair<Braid768>()
    for _ in 0..<100 {
      for party in 0...1 {
        let bytes = pair.ratchets[party].serialized()
        let restored = try PostQuantumRatchet<Braid768>(serialized: bytes)
        #expect(restored.serialized().isEqual(to: bytes))
        pair.ratchets[party] = restored
        let exposed = bytes.exposed()
        for wrong in [Array(exposed.dropLast()), exposed + [0], []] {
          #expect(throws: CryptoError.malformed) {
            try PostQuantumRatchet<Braid768>(serialized: SecretBytes(copying: wrong))
          }
        }
        // Initiator, sending epoch, first epoch, number of epochs, each beyond what there can be.
        for index in [0, 33, 41, 49] {
          var changed = exposed
          changed[index] = 0xFF
          #expect(throws: CryptoError.malformed) {
            try PostQuantumRatchet<Braid768>(serialized: SecretBytes(copying: changed))
          }
        }
      }
      try pair.roundTrip()
    }
  }

  @Test("epochs advance in step, and in one-sided runs", arguments: [1, 2, 10, 40])
  func epochs(burst: Int) throws {
    var pair = try BraidPair<Braid768>()
    for _ in 0..<200 / burst {
      for sender in 0...1 {
        let letters = try (0..<burst).map { _ in try pair.send(from: sender) }
        for letter in letters { try pair.deliver(letter) }
      }
    }
    // An epoch takes 43 messages from each side, some more in runs, which do not end where a phase does.
    let expected: UInt64 = [1: 5, 2: 5, 10: 4, 40: 3][burst] ?? 0
    #expect(pair.ratchets.allSatisfy { $0.braid.epoch >= expected }, "\(pair.ratchets.map(\.braid.epoch))")
  }

  @Test("under loss, delay and repetition every key agrees, epochs go on, and the state stays small", arguments: 0..<6)
  func lossyNetwork(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var pair = try BraidPair<Braid768>()
    var network: [BraidPair<Braid768>.Letter] = []
    var keys = Set<[UInt8]>()
    var largest = 0
    for _ in 0..<1_200 {
      let letter = try pair.send(from: Int.random(in: 0...1, using: &generator))
      #expect(keys.insert(letter.key).inserted, "a key was used twice")
      network.append(letter)
      guard network.count > 6 else { continue }
      let next = network.remove(at: Int.random(in: 0..<6, using: &generator))
      if Int.random(in: 0..<10, using: &generator) < 3 { continue }
      try pair.deliver(next)
      let party = 1 - next.sender
      let before = pair.ratchets[party].serialized()
      var copy = pair.ratchets[party]
      #expect(throws: CryptoError.duplicateMessage) { try copy.receivingKey(header: next.header) }
      // The lost ones' keys are kept until their epoch goes: that is what the bound for skipped keys is for.
      let skipped = pair.ratchets[party].keys.epochs.reduce(0) { $0 + $1.skipped.count }
      largest = max(largest, before.count - 36 * skipped)
      #expect(skipped < 200 && pair.ratchets[party].keys.epochs.count <= 3)
    }
    #expect(pair.ratchets.allSatisfy { $0.braid.epoch >= 6 }, "\(pair.ratchets.map(\.braid.epoch))")
    #expect(largest < 2_800)
  }

  @Test("a vector that is complete before the first part is acknowledged waits for that")
  func lateAcknowledgement() throws {
    var pair = try BraidPair<Braid768>()
    try pair.advance(0, to: .headerSent)
    // The responder's chunks are lost from here on, so that nothing is acknowledged while the vector arrives.
    while pair.ratchets[1].braid.state.tag == .ct1Sampled {
      try pair.deliver(pair.send(from: 0))
      _ = try pair.send(from: 1)
    }
    #expect(pair.ratchets[1].braid.state.tag == .ekReceivedCt1Sampled)
    pair.ratchets[1] = try PostQuantumRatchet(serialized: pair.ratchets[1].serialized())
    for _ in 0..<60 { try pair.roundTrip() }
    #expect(pair.ratchets.allSatisfy { $0.braid.epoch == 2 })
  }
}
