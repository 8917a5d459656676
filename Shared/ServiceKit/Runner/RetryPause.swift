// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import BlockingThread

/// The pauses between attempts to reach a server that is away, growing from 50 milliseconds to 2 seconds.
public struct RetryPause: Sendable {
  private var backoff: Backoff
  private var remaining: Int

  /// - Parameter attempts: how many pauses there are at most.
  public init(attempts: Int = .max, longest: Duration = .seconds(2)) {
    backoff = Backoff(longest: longest)
    remaining = attempts
  }

  /// Waits for the next attempt.
  /// - Returns: false at once when there are no attempts left, or when the task has been cancelled.
  public mutating func wait() async -> Bool {
    guard remaining > 0 else { return false }
    remaining -= 1
    backoff.attemptFailed()
    do {
      try await Task.sleep(until: backoff.nextAttempt ?? .now, clock: .continuous)
      return true
    } catch {
      return false
    }
  }

  /// After a success the next pause is short again.
  public mutating func reset() {
    backoff.attemptSucceeded()
  }
}
