// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Wakes one waiting task; signals that come while nobody waits count as one.
final class WakeSignal: Sendable {
  private struct State {
    var isSignalled = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func signal() {
    let waiter = state.withLock { state in
      if state.waiter == nil { state.isSignalled = true }
      return state.waiter.take()
    }
    waiter?.resume()
  }

  /// Forgets a signal that nobody waited for.
  func clear() { state.withLock { $0.isSignalled = false } }

  /// Returns at the next signal, at once if there was one, or when the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let resumesAtOnce = state.withLock { state in
          if state.isSignalled || Task.isCancelled {
            state.isSignalled = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if resumesAtOnce { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiter.take() }?.resume()
    }
  }
}
