// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts what may still be begun. One task waits for room at a time.
final class FreeSlots: Sendable {
  private struct State {
    var free: Int
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state: Mutex<State>

  init(_ count: Int) {
    state = Mutex(State(free: count, waiter: nil))
  }

  /// Waits until something may be begun.
  /// - Returns: how much, at least 1.
  func available() async -> Int {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free > 0 { return true }
        state.waiter = continuation
        return false
      }
      if isFree { continuation.resume() }
    }
    return max(1, state.withLock { $0.free })
  }

  func take() {
    state.withLock { $0.free -= 1 }
  }

  func giveBack() {
    let waiter = state.withLock { state in
      state.free += 1
      return state.waiter.take()
    }
    waiter?.resume()
  }
}
