// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// How long something may be used that was made at a known time, all in seconds since 1970.
struct Lifetime {
  /// How far ahead of now a time may lie: two looks at a clock that was set in between.
  static let tolerance: UInt64 = 60 * 60

  let seconds: UInt64

  /// Whether it is over. It is, too, for what claims to be made later than now: the clock was ahead when it was made, and
  /// nobody knows how old it is. Otherwise a clock that was wrong once would suspend all renewal until that time has come.
  func isOver(since createdAt: UInt64, now: UInt64) -> Bool {
    if createdAt > now { return createdAt - now > Self.tolerance }
    return now - createdAt > seconds
  }
}
