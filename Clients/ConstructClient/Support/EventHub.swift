// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Hands every event to every subscriber. A subscriber that is `capacity` events behind loses events, and is told so.
final class EventHub: Sendable {
  private struct Subscriber {
    let continuation: AsyncStream<ClientEvent>.Continuation
    var missed = 0

    mutating func tell(_ event: ClientEvent) {
      if missed > 0 {
        guard case .enqueued = continuation.yield(.missed(missed)) else {
          missed += 1
          return
        }
        missed = 0
      }
      if case .dropped = continuation.yield(event) { missed += 1 }
    }
  }

  private struct State {
    var subscribers: [Int: Subscriber] = [:]
    var next = 0
  }

  static let capacity = 1_024
  private let state = Mutex(State())

  func subscribe() -> AsyncStream<ClientEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ClientEvent.self, bufferingPolicy: .bufferingOldest(Self.capacity))
    let number = state.withLock { state in
      state.next += 1
      state.subscribers[state.next] = Subscriber(continuation: continuation)
      return state.next
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.subscribers[number] = nil }
    }
    return stream
  }

  func tell(_ event: ClientEvent) {
    state.withLock { state in
      for number in state.subscribers.keys { state.subscribers[number]?.tell(event) }
    }
  }
}
