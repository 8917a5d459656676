// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The client's view of time, which tests replace.
struct ClientClock: Sendable {
  /// Milliseconds since the Unix epoch.
  var now: @Sendable () -> UInt64
  /// Waits; throws only when the task is cancelled.
  var sleep: @Sendable (Duration) async throws(CancellationError) -> Void

  static let system = ClientClock(
    now: { UInt64(max(0, Date().timeIntervalSince1970 * 1_000)) },
    sleep: { duration throws(CancellationError) in
      do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    })

  /// Seconds since the Unix epoch, as the crypto core counts.
  var seconds: UInt64 { now() / 1_000 }
}

/// Pauses that grow: each between half and all of its length, up to `longest`.
struct RetryPauses: Sendable {
  private var next: Duration
  private let factor: Int
  private let longest: Duration

  init(first: Duration, factor: Int = 2, longest: Duration = .seconds(60)) {
    next = first
    self.factor = factor
    self.longest = longest
  }

  /// The pause before the next attempt, not shorter than what the server asked for (within 15 minutes).
  mutating func pause(asked: UInt64? = nil) -> Duration {
    let pause = next * Double.random(in: 0.5...1)
    next = min(next * factor, longest)
    guard let asked else { return pause }
    return max(pause, min(.milliseconds(Int64(clamping: asked)), .seconds(900)))
  }
}
