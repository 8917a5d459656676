// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

/// Somebody who has copied all that one side knew at a moment and sees every message since, but breaks nothing. It
/// follows as far as it can: with the copied braid, guessing where the device draws randomness.
private struct Eavesdropper<Profile: BraidProfile> {
  private var copy: PostQuantumRatchet<Profile>
  private var isLost = false

  init(_ copied: PostQuantumRatchet<Profile>) {
    copy = copied
  }

  /// Whether it has the key of a message from the device whose state it copied.
  mutating func knowsSent(_ letter: BraidPair<Profile>.Letter) throws -> Bool {
    let message = try letter.message
    if !isLost {
      let (_, secret) = try copy.braid.send { (count: Int) throws(CryptoError) in
        try NativeCryptoProvider.randomSecret(count: count)
      }
      if let secret { try copy.keys.add(secret) }
    }
    do {
      return try copy.keys.sendingKey(epoch: message.epoch - 1).key.exposed() == letter.key
    } catch {
      return false
    }
  }

  /// The same for a message to it.
  mutating func knowsReceived(_ letter: BraidPair<Profile>.Letter) throws -> Bool {
    if !isLost {
      do { try copy.receive(header: letter.header) } catch { isLost = true }
    }
    do {
      return try copy.receivingKey(header: letter.header)?.exposed() == letter.key
    } catch {
      return false
    }
  }
}

@Suite("Healing of the sparse ratchet")
struct BraidHealingTests {
  /// Two epochs take 86 round trips in step: in these, either side is once in every phase.
  private static let starts = Array(stride(from: 0, to: 172, by: 20))
  /// The same of suite 3, where they take 114.
  private static let longStarts = Array(stride(from: 0, to: 228, by: 26))

  /// Round trips in which the one who begins writes `first` messages and the other `second`, from the copy of `party`'s
  /// state after `start` single messages until the last message that the eavesdropper can read.
  private func roundTrips<Profile: BraidProfile>(
    _: Profile.Type, copying party: Int, after start: Int, first: Int, second: Int, limit: Int
  ) throws -> Int {
    var pair = try BraidPair<Profile>()
    for step in 0..<start { try pair.deliver(pair.send(from: step % 2)) }
    var eavesdropper = Eavesdropper(pair.ratchets[party])
    var last = 0
    for round in 1...limit {
      for (sender, count) in [(0, first), (1, second)] {
        for letter in try (0..<count).map({ _ in try pair.send(from: sender) }) {
          try pair.deliver(letter)
          if try sender == party ? eavesdropper.knowsSent(letter) : eavesdropper.knowsReceived(letter) { last = round }
        }
      }
    }
    return last
  }

  private func range<Profile: BraidProfile>(
    _ profile: Profile.Type = Braid768.self, from starts: [Int] = starts, first: Int, second: Int, limit: Int
  ) throws -> ClosedRange<Int> {
    var counts: [Int] = []
    for (position, start) in starts.enumerated() {
      counts.append(
        try roundTrips(
          profile, copying: position % 2, after: start, first: first, second: second, limit: limit))
    }
    return try #require(counts.min())...#require(counts.max())
  }

  @Test("a copied state is worthless after 43 to 80 round trips of single messages")
  func inStep() throws {
    let counts = try range(first: 1, second: 1, limit: 110)
    #expect(counts == 43...80)
  }

  @Test("in suite 3 after 56 to 104")
  func inStepAtLevel5() throws {
    let counts = try range(Braid1024.self, from: Self.longStarts, first: 1, second: 1, limit: 140)
    #expect(counts == 56...104)
  }

  @Test("after two to five when each side writes forty in a row")
  func inRuns() throws {
    let counts = try range(first: 40, second: 40, limit: 8)
    #expect(counts == 2...5)
  }

  @Test("and after 35 to 68 answers when one side writes ten for each of the other's")
  func oneSided() throws {
    let counts = try range(first: 10, second: 1, limit: 100)
    #expect(counts == 35...68)
  }
}
