// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// How much may wait for a device, how much of it may be one sender's, and how fast an account may send to another.
struct SendLimits: Sendable, Hashable {
  /// Messages that may wait for one device.
  var messages: UInt64 = 100_000
  /// Bytes of ciphertext that may wait for one device.
  var bytes: UInt64 = 64 << 20
  /// The part of both that may be of one account, in percent. An account's copies to its own devices are free of it.
  var sharePercent: UInt64 = 25
  /// Signal-Server's bound.
  var pair = PairRate()

  var shareOfMessages: UInt64 { max(1, messages * sharePercent / 100) }
  var shareOfBytes: UInt64 { max(1, bytes * sharePercent / 100) }

  /// From more than these on it is counted who has sent what waits. Half a share, so that nobody reaches a whole one
  /// before the counting begins, apart from what a single batch brings.
  var uncountedMessages: UInt64 { shareOfMessages / 2 }
  var uncountedBytes: UInt64 { shareOfBytes / 2 }
}

/// A token bucket's size and speed.
struct PairRate: Sendable, Hashable {
  /// Messages at once.
  var burst: UInt64 = 60
  /// Messages in a minute, lasting.
  var minutely: UInt64 = 60

  /// Microseconds until a token comes back.
  var interval: UInt64 { max(1, 60_000_000 / max(1, minutely)) }
}
