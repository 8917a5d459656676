// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Hands every event to every subscriber. A subscriber that is `capacity` events behind loses events, and is told so.
final class EventHub: Sendable {
  static let capacity = 1_024

  private struct Entry {
    weak var queue: EventQueue?
  }

  private let entries = Mutex<[Entry]>([])

  /// Events from now on, for one reader; they end when its task is cancelled.
  func subscribe() -> AsyncStream<ClientEvent> {
    let queue = EventQueue()
    entries.withLock { entries in
      entries.removeAll { $0.queue == nil }
      entries.append(Entry(queue: queue))
    }
    return AsyncStream { await queue.next() }
  }

  func tell(_ event: ClientEvent) {
    let queues = entries.withLock { $0.compactMap(\.queue) }
    for queue in queues { queue.tell(event) }
  }
}

/// The events that one subscriber has not taken yet. It lives as long as the subscriber's stream.
private final class EventQueue: Sendable {
  private struct State {
    var waiting: [ClientEvent] = []
    /// Events that found no room; told where they would have stood.
    var missed = 0
    var reader: CheckedContinuation<ClientEvent?, Never>?
  }

  private let state = Mutex(State())

  func tell(_ event: ClientEvent) {
    let reader = state.withLock { state -> CheckedContinuation<ClientEvent?, Never>? in
      if let reader = state.reader.take() { return reader }
      if state.missed > 0, state.waiting.count < EventHub.capacity {
        state.waiting.append(.missed(state.missed))
        state.missed = 0
      }
      if state.waiting.count < EventHub.capacity { state.waiting.append(event) } else { state.missed += 1 }
      return nil
    }
    reader?.resume(returning: event)
  }

  /// The next event, or nil when the task is cancelled. That something was missed is told when nothing stands before it,
  /// whether or not more comes.
  func next() async -> ClientEvent? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let event = state.withLock { state -> ClientEvent?? in
          if Task.isCancelled { return .some(nil) }
          if !state.waiting.isEmpty { return state.waiting.removeFirst() }
          if state.missed > 0 {
            defer { state.missed = 0 }
            return .missed(state.missed)
          }
          state.reader = continuation
          return nil
        }
        if let event { continuation.resume(returning: event) }
      }
    } onCancel: {
      state.withLock { $0.reader.take() }?.resume(returning: nil)
    }
  }
}
