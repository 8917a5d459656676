// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Wakes one task from anywhere. Signals that nobody has waited for yet merge into one.
final class Signal: Sendable {
  private struct State {
    var isGiven = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func give() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let waiter = state.waiter.take() else {
        state.isGiven = true
        return nil
      }
      return waiter
    }
    waiter?.resume()
  }

  /// Returns at the next signal, or when the task is cancelled. One task waits at a time.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.isGiven || Task.isCancelled {
            state.isGiven = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiter.take() }?.resume()
    }
  }

  /// Returns at the next signal, after `timeout`, or when the task is cancelled.
  func wait(atMost timeout: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait() }
      group.addTask {
        do { try await Task.sleep(for: timeout) } catch { return }
      }
      await group.next()
      group.cancelAll()
    }
  }
}
