// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Pauses between attempts that grow up to a longest one. Each is drawn between half and all of its length, so that the
/// clients of a server that comes back do not arrive in step.
struct RetryPauses: Sendable {
  /// Connecting again, after a whole round of addresses.
  static let reconnecting = RetryPauses(first: .milliseconds(500), longest: .seconds(30))
  /// A request that may succeed later.
  static let request = RetryPauses(first: .milliseconds(500), longest: .seconds(30))
  /// A recipient's device that has no prekeys at the server: until it has been online.
  static let missingKeys = RetryPauses(first: .seconds(2), factor: 4, longest: .seconds(600))
  /// The look at this device's own prekeys.
  static let upkeep = RetryPauses(first: .seconds(5), longest: .seconds(900))
  /// What a server may ask for at most.
  static let longestDemand: Duration = .seconds(900)

  private var next: Duration
  private let factor: Int
  private let longest: Duration

  init(first: Duration, factor: Int = 2, longest: Duration) {
    next = first
    self.factor = factor
    self.longest = longest
  }

  /// The pause before the next attempt, not shorter than what the server asked for, in milliseconds. `random` is in
  /// 0..<1.
  mutating func pause(asked: UInt64? = nil, random: Double = .random(in: 0..<1)) -> Duration {
    defer { grow() }
    let pause = drawn(random: random)
    guard let asked else { return pause }
    return max(pause, min(.milliseconds(Int64(clamping: asked)), Self.longestDemand))
  }

  /// The pause as it would be now.
  func drawn(random: Double) -> Duration { next * (0.5 + random / 2) }

  /// One more attempt has failed.
  mutating func grow() { next = min(next * factor, longest) }
}
