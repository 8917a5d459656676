// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One reading of both clocks, handed to the state machines so that they never look at a clock themselves.
struct Moment: Equatable, Sendable {
  /// Milliseconds of a clock that never goes back: time-outs are measured with it.
  var monotonic: UInt64
  /// Milliseconds since the Unix epoch: tokens and deadlines that other processes read are in it.
  var wall: UInt64

  /// Milliseconds of the monotonic clock since an earlier reading.
  func elapsed(since earlier: UInt64) -> UInt64 { monotonic > earlier ? monotonic - earlier : 0 }
}
