// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Synchronization

/// How far the gateway's own stream has been read. The stream can be made anew meanwhile, and then it begins anew.
final class StreamPlace: Sendable {
  struct Value: Equatable, Sendable {
    /// Counts how often the stream has been made.
    var life: UInt64 = 0
    /// The last entry that was read.
    var position = RedisStreamID.zero
  }

  private let value = Mutex(Value())

  var current: Value { value.withLock { $0 } }

  /// The stream has been made, with an entry at its beginning.
  func begin(at position: RedisStreamID) {
    value.withLock { $0 = Value(life: $0.life + 1, position: position) }
  }

  /// Entries up to `position` have been read, unless they were a former stream's.
  func advance(to position: RedisStreamID, life: UInt64) {
    value.withLock { value in
      if value.life == life { value.position = position }
    }
  }
}
