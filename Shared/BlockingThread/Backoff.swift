// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// When a lost connection may be tried again: at once, then after pauses that double up to a bound.
///
/// Each pause is drawn between half and all of its length, so that the many clients of a server that comes
/// back do not arrive in step.
package struct Backoff: Sendable {
  private let first: Duration
  private let longest: Duration
  private var failures = 0
  /// Not before this moment; nil when nothing has failed.
  package private(set) var nextAttempt: ContinuousClock.Instant?

  package init(first: Duration = .milliseconds(50), longest: Duration = .seconds(2)) {
    self.first = first
    self.longest = longest
  }

  package mutating func attemptFailed(at now: ContinuousClock.Instant = .now) {
    let pause = failures < 16 ? min(first * (1 << failures), longest) : longest
    failures += 1
    nextAttempt = now + pause * Double.random(in: 0.5...1)
  }

  package mutating func attemptSucceeded() {
    failures = 0
    nextAttempt = nil
  }
}
