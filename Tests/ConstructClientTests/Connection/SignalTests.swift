// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConstructClient

@Suite("Queues, signals and events between tasks", .timeLimit(.minutes(3)))
struct SignalTests {
  @Test("a queue hands over batches in order, refuses what is too much, and ends after its last element")
  func queue() async {
    let queue = PushQueue<Int>(capacity: 3)
    #expect(queue.append(1) && queue.append(2) && queue.append(3) && !queue.append(4))
    #expect(await queue.next(atMost: 2) == [1, 2])
    #expect(queue.append(5))
    queue.finish()
    #expect(!queue.append(6))
    #expect(await queue.next(atMost: 9) == [3, 5])
    #expect(await queue.next(atMost: 9) == nil)
  }

  @Test("a consumer that waits gets what comes, the end, or its cancellation")
  func waiting() async {
    let queue = PushQueue<Int>(capacity: 3)
    async let first = queue.next(atMost: 3)
    #expect(queue.append(1))
    #expect(await first == [1])
    let cancelled = Task { await queue.next(atMost: 3) }
    cancelled.cancel()
    #expect(await cancelled.value == nil)
    async let last = queue.next(atMost: 3)
    queue.finish()
    #expect(await last == nil)
  }

  @Test("signals that nobody waited for count once")
  func wakeSignal() async {
    let signal = WakeSignal()
    signal.signal()
    signal.signal()
    await signal.wait()
    let waiter = Task { await signal.wait() }
    waiter.cancel()
    await waiter.value
    async let next: Void = signal.wait()
    signal.signal()
    await next
  }

  @Test("every subscriber gets every event; a slow one is told how many it missed")
  func events() async {
    let hub = EventHub()
    let slow = hub.subscribe()
    let quick = hub.subscribe()
    for _ in 0..<EventHub.capacity { hub.tell(.caughtUp) }
    var iterator = quick.makeAsyncIterator()
    for _ in 0..<EventHub.capacity { _ = await iterator.next() }
    for _ in 0..<5 { hub.tell(.caughtUp) }
    var slowIterator = slow.makeAsyncIterator()
    for _ in 0..<EventHub.capacity { _ = await slowIterator.next() }
    // Told although nothing has come since.
    guard case .missed(5)? = await slowIterator.next() else {
      Issue.record("not told")
      return
    }
    hub.tell(.caughtUp)
    guard case .caughtUp? = await slowIterator.next() else {
      Issue.record("lost")
      return
    }
    for _ in 0..<6 {
      guard case .caughtUp? = await iterator.next() else {
        Issue.record("lost")
        return
      }
    }
  }

  @Test("pauses between attempts grow to their bound, and the server's wish is kept")
  func pauses() {
    var pauses = RetryPauses(first: .seconds(1), longest: .seconds(8))
    let drawn = (0..<10).map { _ in pauses.pause() }
    for (pause, whole) in zip(drawn, [1, 2, 4, 8, 8, 8, 8, 8, 8, 8]) {
      #expect(pause >= .seconds(whole) / 2 && pause <= .seconds(whole))
    }
    #expect(pauses.pause(asked: 20_000) == .seconds(20))
    #expect(pauses.pause(asked: .max) == .seconds(900))
  }
}
