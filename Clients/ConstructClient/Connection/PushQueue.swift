// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A bounded queue from the event loop to one consuming task, which takes what waits in batches.
///
/// What was put in before `finish` still comes out; then `next` answers nil.
final class PushQueue<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var isFinished = false
    /// The one consumer, if it waits.
    var consumer: CheckedContinuation<Void, Never>?
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// False, and nothing is taken, when `capacity` elements wait already or the queue is finished.
  func append(_ element: Element) -> Bool {
    let (taken, consumer) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
      guard !state.isFinished, state.elements.count < capacity else { return (false, nil) }
      state.elements.append(element)
      return (true, state.consumer.take())
    }
    consumer?.resume()
    return taken
  }

  /// Ends the queue; later elements are refused.
  func finish() {
    let consumer = state.withLock { state in
      state.isFinished = true
      return state.consumer.take()
    }
    consumer?.resume()
  }

  /// Whether `finish` was called.
  var isFinished: Bool { state.withLock { $0.isFinished } }

  /// Between 1 and `maximum` elements, as soon as there are any; nil at the end or when the task is cancelled.
  func next(atMost maximum: Int) async -> [Element]? {
    while !Task.isCancelled {
      let batch = state.withLock { state -> [Element]? in
        let batch = Array(state.elements.prefix(maximum))
        state.elements.removeFirst(batch.count)
        return batch.isEmpty && state.isFinished ? nil : batch
      }
      guard let batch else { return nil }
      if !batch.isEmpty { return batch }
      await wait()
    }
    return nil
  }

  private func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let resumesAtOnce = state.withLock { state in
          guard state.elements.isEmpty, !state.isFinished, !Task.isCancelled else { return true }
          state.consumer = continuation
          return false
        }
        if resumesAtOnce { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.consumer.take() }?.resume()
    }
  }
}
