// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

/// One side of a sparse ratchet in a certain state of the braid, and what an honest other side would write next.
struct BraidStage<Profile: BraidProfile>: Sendable {
  /// More than any state of ML-KEM-1024 takes, with the most keys that the input can make it skip.
  private static var largestState: Int { 96 << 10 }

  let ratchet: PostQuantumRatchet<Profile>
  private(set) var honest: [[UInt8]] = []

  /// A stage for each of the eleven states, the first time that either side comes into it. One of them is entered only if
  /// chunks of the first part are lost.
  static func all() throws -> [BraidStage] {
    var stages = [BraidStage?](repeating: nil, count: 11)
    for isLossy in [false, true] { try collect(into: &stages, isLossy: isLossy) }
    return stages.compactMap { $0 }
  }

  private static func collect(into stages: inout [BraidStage?], isLossy: Bool) throws {
    let seed = try Profile.Provider.randomSecret(count: 32)
    var sides = try [true, false].map { try PostQuantumRatchet<Profile>(isInitiator: $0, seed: seed) }
    for turn in 0..<400 {
      for side in 0...1 {
        let place = sides[side].braid.state.place
        if stages[place] == nil { stages[place] = try BraidStage(sides[side], other: sides[1 - side]) }
      }
      let header = try sides[turn % 2].send().header
      if isLossy, turn % 4 < 2, sides[turn % 2].braid.state.place == 7 { continue }
      var receiver = sides[1 - turn % 2]
      _ = try receiver.receivingKey(header: header)
      try receiver.receive(header: header)
      sides[1 - turn % 2] = receiver
    }
  }

  private init(_ ratchet: PostQuantumRatchet<Profile>, other: PostQuantumRatchet<Profile>) throws {
    self.ratchet = ratchet
    var (this, other) = (ratchet, other)
    for _ in 0..<60 {
      let header = try other.send().header
      honest.append(header)
      _ = try this.receivingKey(header: header)
      try this.receive(header: header)
      let answer = try this.send().header
      _ = try other.receivingKey(header: answer)
      try other.receive(header: answer)
    }
  }

  /// The other side holds the session's keys, so whatever it writes is authentic. The input is a list of steps: 0 takes the
  /// next honest header, 1 sends, and others take a header of the input's: type, epoch, key number, chunk index (u16) and
  /// what the chunk is filled with.
  func check(_ steps: [UInt8]) throws {
    var (ratchet, rest, taken) = (ratchet, steps[...], 0)
    while let step = rest.popFirst() {
      if step == 1 {
        _ = try ratchet.send()
      } else if step == 0 {
        try receive(honest[taken % honest.count], at: &ratchet)
        taken += 1
      } else {
        guard rest.count >= 5 else { break }
        try receive(header(rest.prefix(5).map { $0 }, type: step % 9, of: ratchet), at: &ratchet)
        rest = rest.dropFirst(5)
      }
      let stored = ratchet.serialized()
      try require(stored.count <= Self.largestState, "the state has grown to \(stored.count) bytes")
      ratchet = try PostQuantumRatchet(serialized: stored)
      try require(ratchet.serialized().isEqual(to: stored), "a stored state is another one when it is stored again")
    }
  }

  /// As a session does it: on a copy, which replaces the state if nothing was refused.
  private func receive(_ header: [UInt8], at ratchet: inout PostQuantumRatchet<Profile>) throws(FuzzFinding) {
    var copy = ratchet
    do {
      guard try copy.receivingKey(header: header) != nil else { throw FuzzFinding("a header has no key") }
      try copy.receive(header: header)
    } catch let error as CryptoError {
      try require(error != .chainExhausted, "a short conversation used up a chain")
      return
    } catch {
      throw FuzzFinding("\(error)")
    }
    ratchet = copy
  }

  private func header(_ input: [UInt8], type: UInt8, of ratchet: PostQuantumRatchet<Profile>) -> [UInt8] {
    func variable(_ number: UInt64) -> [UInt8] {
      number < 0x80 ? [UInt8(number)] : [UInt8(number & 0x7F) | 0x80] + variable(number >> 7)
    }
    let epoch = ratchet.braid.epoch &+ UInt64(input[0] % 4) &- 1
    let head = [1] + variable(epoch) + variable(UInt64(input[1]) + 1) + [type]
    if [0, 4].contains(type) { return head }
    let index = UInt64(input[2]) << 8 | UInt64(input[3])
    return head + variable(index) + [UInt8](repeating: input[4], count: 32)
  }
}

extension BraidState {
  /// Its place among the eleven.
  fileprivate var place: Int {
    switch self {
    case .keysUnsampled: 0
    case .keysSampled: 1
    case .headerSent: 2
    case .ct1Received: 3
    case .ekSentCt1Received: 4
    case .noHeaderReceived: 5
    case .headerReceived: 6
    case .ct1Sampled: 7
    case .ekReceivedCt1Sampled: 8
    case .ct1Acknowledged: 9
    case .ct2Sampled: 10
    }
  }
}

private let level3 = makeStage("braid of suite 2") { try BraidStage<HybridSuite<ScriptedProvider, HybridLevel3>>.all() }
private let level5 = makeStage("braid of suite 3") { try BraidStage<HybridSuite<ScriptedProvider, HybridLevel5>>.all() }

extension FuzzTarget {
  /// Which states there are to begin in: the first byte of an input says one of them.
  package static var braidStages: (level3: Int, level5: Int) { (level3.count, level5.count) }

  /// Authentic messages whose sparse headers are not what the braid expects, from each of its states.
  static let hostileBraid = FuzzTarget(name: "hostile-braid") {
    var seeds: [String: [UInt8]] = [:]
    for stage in 0..<UInt8(level3.count + level5.count) {
      seeds["stage-\(stage)-honest"] = [stage] + (0..<40).flatMap { _ in [0, 1] as [UInt8] }
      var mixed: [UInt8] = [stage, 0, 1, 0]
      for type in 2...10 as ClosedRange<UInt8> { mixed += [type, 1, 40 + type, 0, type, 0x5A, 0] }
      seeds["stage-\(stage)-mixed"] = mixed
    }
    return seeds
  } run: { bytes in
    let (stage, steps) = (Int(bytes.first ?? 0), Array(bytes.dropFirst().prefix(600)))
    let place = stage % (level3.count + level5.count)
    if place < level3.count {
      try level3[place].check(steps)
    } else {
      try level5[place - level3.count].check(steps)
    }
  }
}
