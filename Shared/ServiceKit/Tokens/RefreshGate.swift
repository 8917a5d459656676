// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Lets one refresh run at a time, a few at once and then one in a while; who comes meanwhile waits for its outcome.
///
/// The few are for the moment after a key was made: a token of that key may come a blink after the last refresh.
actor RefreshGate {
  static let burst = 8
  /// How many may wait for a refresh that runs, so that who asks without need cannot hold up everybody's place.
  static let maximumWaiting = 4

  struct Busy: Error {}

  private let pause: Duration
  private var isRunning = false
  private var credits = RefreshGate.burst
  private var lastCredit = ContinuousClock.now
  private var waiting: [CheckedContinuation<Void, any Error>] = []

  init(pause: Duration) {
    self.pause = pause
  }

  /// Runs `body`, or waits for the one that runs; does nothing when there were too many of late.
  /// - Throws: what `body`, or the one that was waited for, has thrown; `Busy` if too many wait for it.
  func run(evenIfRecent: Bool, _ body: @Sendable () async throws -> Void) async throws {
    if isRunning {
      guard evenIfRecent || waiting.count < Self.maximumWaiting else { throw Busy() }
      return try await withCheckedThrowingContinuation { waiting.append($0) }
    }
    if !evenIfRecent {
      refill()
      guard credits > 0 else { return }
      credits -= 1
    }
    isRunning = true
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
    isRunning = false
    for continuation in waiting { continuation.resume(with: outcome) }
    waiting = []
    try outcome.get()
  }

  private func refill() {
    while credits < Self.burst, lastCredit.duration(to: .now) >= pause {
      credits += 1
      lastCredit += pause
    }
    if credits == Self.burst { lastCredit = .now }
  }
}
