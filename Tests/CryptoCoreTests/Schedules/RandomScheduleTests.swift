// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Random schedules")
struct RandomScheduleTests {
  /// The seeds of a part of a test, or the one that `CONSTRUCT_SCHEDULE_SEED` asks for.
  private static func seeds(_ first: UInt64, part: UInt64, count: UInt64) -> [UInt64] {
    let seeds = (first + part * count)..<(first + (part + 1) * count)
    guard let wanted = ProcessInfo.processInfo.environment["CONSTRUCT_SCHEDULE_SEED"].flatMap({ UInt64($0) }) else {
      return Array(seeds)
    }
    return seeds.contains(wanted) ? [wanted] : []
  }

  /// What schedules that must find nothing have come to, together.
  private struct Outcome {
    var readable = 0
    var recovered = 0
    /// The most letters that one text was sent in.
    var mostLetters = 0
  }

  private static func run<Base: CipherSuite>(
    _: Base.Type, _ seeds: [UInt64], steps: Int = 30, losing: Schedule<Base>.Loss = .nothing, rate: Int = 3
  ) throws -> Outcome {
    var outcome = Outcome()
    for seed in seeds {
      var schedule = try Schedule<Base>(seed: seed)
      try schedule.run(steps: steps, losing: losing, rate: rate)
      #expect(schedule.findings == [], runsAlone(seed))
      outcome.readable += schedule.readable
      outcome.recovered += schedule.recovered
      let letters = schedule.correspondence.flatMap(\.sent.values).map(\.count)
      outcome.mostLetters = max(outcome.mostLetters, letters.max() ?? 0)
    }
    return outcome
  }

  private static func runsAlone(_ seed: UInt64) -> Comment {
    "seed \(seed); CONSTRUCT_SCHEDULE_SEED=\(seed) runs it alone"
  }

  @Test("whatever arrives is readable, once, and no key is used twice: two thousand schedules", arguments: 0..<8)
  func lossyNetwork(part: UInt64) throws {
    let seeds = Self.seeds(0, part: part, count: 250)
    let outcome = try Self.run(NativeClassicSuite.self, seeds)
    #expect(outcome.readable > 8 * seeds.count || seeds.count <= 1)
    #expect(outcome.recovered == 0 && outcome.mostLetters <= 1)
  }

  @Test("what devices that lose their sessions cannot read is sent again, and they find together", arguments: 0..<4)
  func lostSessions(part: UInt64) throws {
    let seeds = Self.seeds(10_000, part: part, count: 150)
    let outcome = try Self.run(NativeClassicSuite.self, seeds, losing: .sessions)
    #expect(outcome.recovered > seeds.count / 3 || seeds.count <= 1)
  }

  @Test("the same for devices that begin anew with new keys", arguments: 0..<4)
  func reinstalled(part: UInt64) throws {
    let seeds = Self.seeds(20_000, part: part, count: 100)
    let outcome = try Self.run(NativeClassicSuite.self, seeds, losing: .identity)
    #expect(outcome.recovered > seeds.count / 3 || seeds.count <= 1)
  }

  @Test("where sessions are lost again and again, a text is sent three times and not four")
  func boundedResends() throws {
    let seeds = Self.seeds(80_000, part: 0, count: 60)
    let outcome = try Self.run(NativeClassicSuite.self, seeds, steps: 60, losing: .sessions, rate: 20)
    #expect(outcome.mostLetters == 3 || seeds.count <= 1)
  }

  @Test("a hybrid device and one that knows only suite 1", arguments: 0..<2)
  func mixed(part: UInt64) throws {
    typealias Suite = Schedule<NativeClassicSuite>.Suite
    let seeds = Self.seeds(30_000, part: part, count: 100)
    var readable = 0
    for seed in seeds {
      let identity = try DeviceIdentityKeyPair<NativeHybridSuite>()
      let local = try LocalDevice(
        address: DeviceAddress(account: [UInt8](repeating: 1, count: 16), device: 1),
        root: RootIdentityKeyPair<NativeHybridSuite>().publicKey.certified, identity: identity)
      let view = try DeviceIdentityKeyPair<Suite>(serialized: identity.classicView().serialized())
      var schedule = try Schedule<NativeClassicSuite>(
        seed: seed, parties: [Party(local: local, identity: view), Party(account: 2)])
      try schedule.run(steps: 30)
      #expect(schedule.findings == [], Self.runsAlone(seed))
      readable += schedule.readable
    }
    #expect(readable > 8 * seeds.count || seeds.count <= 1)
  }

  @Test("the same for suite 2, in sessions long enough for many epochs, with states that stay small", arguments: 0..<4)
  func hybrid(seed: UInt64) throws {
    var schedule = try Schedule<NativeHybridSuite>(seed: 40_000 + seed)
    try schedule.run(steps: 1_000, beginning: 0)
    #expect(schedule.findings == [], "seed \(40_000 + seed)")
    #expect(schedule.readable > 300)
    for party in schedule.parties {
      let sparse = try #require(party.record.current).ratchet.sparse
      #expect(sparse.braid.epoch >= 3)
      let skipped = sparse.keys.epochs.reduce(0) { $0 + $1.skipped.count }
      #expect(sparse.serialized().count <= 2_560 + 36 * skipped)
    }
  }

  @Test("suite 2 with new sessions and lost ones", arguments: 0..<4)
  func hybridSessions(part: UInt64) throws {
    let seeds = Self.seeds(50_000, part: part, count: 50)
    let losing: Schedule<NativeHybridSuite>.Loss = [.nothing, .sessions, .identity, .sessions][Int(part)]
    let outcome = try Self.run(NativeHybridSuite.self, seeds, losing: losing)
    let isExercised = part == 0 ? outcome.readable > 8 * seeds.count : outcome.recovered > seeds.count / 3
    #expect(isExercised || seeds.count <= 1)
  }

  @Test("suite 3 with new sessions and lost ones", arguments: 0..<2)
  func level5Sessions(part: UInt64) throws {
    let seeds = Self.seeds(60_000, part: part, count: 50)
    let outcome = try Self.run(NativeHybridLevel5Suite.self, seeds, losing: part == 0 ? .nothing : .sessions)
    let isExercised = part == 0 ? outcome.readable > 8 * seeds.count : outcome.recovered > seeds.count / 3
    #expect(isExercised || seeds.count <= 1)
  }

  @Test(
    "the checks notice a client that breaks the rules",
    arguments: [
      (Schedule<NativeClassicSuite>.Fault.sendsBeforeStoring, Finding.Kind.keyUsedTwice),
      (.showsBeforeStoring, .readAgain), (.neverAnswers, .missing), (.answersWithoutEnd, .sentTooOften),
      (.asksTwice, .shownAgain),
    ])
  func faults(fault: Schedule<NativeClassicSuite>.Fault, kind: Finding.Kind) throws {
    var findings: [Finding] = []
    for seed in 70_000..<70_020 as Range<UInt64> {
      var schedule = try Schedule<NativeClassicSuite>(seed: seed, fault: fault)
      try schedule.run(steps: 60, losing: .sessions, rate: 20)
      findings += schedule.findings
    }
    #expect(findings.contains { $0.kind == kind }, "\(findings)")
  }
}
