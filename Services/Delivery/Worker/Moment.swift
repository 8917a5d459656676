// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A point in time by this process's own monotonic clock, in milliseconds from its first use.
///
/// The state machines are given one with each input, and tests make up theirs.
struct Moment: Comparable, Hashable, Sendable {
  var milliseconds: UInt64

  static func + (moment: Moment, milliseconds: UInt64) -> Moment {
    Moment(milliseconds: moment.milliseconds + milliseconds)
  }

  static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }

  /// Milliseconds until then, 0 if it has passed.
  func milliseconds(until later: Moment) -> UInt64 {
    later.milliseconds > milliseconds ? later.milliseconds - milliseconds : 0
  }
}

/// Where moments come from: `ContinuousClock`, which goes on while the machine sleeps and is never set back.
struct MonotonicClock: Sendable {
  let now: @Sendable () -> Moment

  static let system: MonotonicClock = {
    let start = ContinuousClock.now
    return MonotonicClock {
      let passed = ContinuousClock.now - start
      return Moment(
        milliseconds: UInt64(passed.components.seconds) * 1_000
          + UInt64(passed.components.attoseconds / 1_000_000_000_000_000))
    }
  }()
}
