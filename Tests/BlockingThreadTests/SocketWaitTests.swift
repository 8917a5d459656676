// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import BlockingThread
import Testing

@Suite("A wait for a socket", .timeLimit(.minutes(3)))
struct SocketWaitTests {
  @Test("a signal ends it, once for all signals before it")
  func signal() async {
    let signal = WakeSignal()
    for _ in 0..<100_000 { signal.signal() }
    #expect(SocketWait.wait(descriptor: nil, for: [], signal: signal, until: nil) == .woken)
    #expect(SocketWait.wait(descriptor: nil, for: [], signal: signal, until: .now).isEmpty)
  }

  @Test("a signal from another thread ends it")
  func signalFromElsewhere() async throws {
    let signal = WakeSignal()
    let thread = BlockingThread(name: "waiting")
    async let events = thread.run {
      SocketWait.wait(descriptor: nil, for: [], signal: signal, until: nil)
    }
    signal.signal()
    #expect(try await events == .woken)
    await thread.shutdown()
  }

  @Test("it does not end before its deadline")
  func deadline() {
    let deadline = ContinuousClock.now + .microseconds(2_500)
    #expect(SocketWait.wait(descriptor: nil, for: .readable, signal: nil, until: deadline).isEmpty)
    #expect(ContinuousClock.now >= deadline)
  }
}

@Suite("The pauses between attempts")
struct BackoffTests {
  @Test("they double from the first up to the longest, and each is at least half of its length")
  func growth() throws {
    var backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
    #expect(backoff.nextAttempt == nil)
    let now = ContinuousClock.now
    for length in [100, 200, 400, 800, 1_000, 1_000] {
      backoff.attemptFailed(at: now)
      let pause = now.duration(to: try #require(backoff.nextAttempt))
      #expect(pause >= .milliseconds(length) / 2 && pause <= .milliseconds(length))
    }
    for _ in 0..<1_000 { backoff.attemptFailed(at: now) }
    #expect(now.duration(to: try #require(backoff.nextAttempt)) <= .seconds(1))
    backoff.attemptSucceeded()
    #expect(backoff.nextAttempt == nil)
  }
}

@Suite("A queue in an array")
struct FifoTests {
  @Test("elements leave in the order in which they came, however comings and goings mix")
  func order() {
    var fifo = Fifo<Int>()
    var (next, expected) = (0, 0)
    for round in 0..<500 {
      for _ in 0..<round % 7 {
        fifo.append(next)
        next += 1
      }
      for _ in 0..<round % 6 {
        guard let element = fifo.popFirst() else { break }
        #expect(element == expected)
        expected += 1
      }
      #expect(fifo.count == next - expected)
      #expect(fifo.first == (fifo.isEmpty ? nil : expected))
    }
    #expect(fifo.updateFirst { $0 += 1_000 } != nil)
    #expect(fifo.first == expected + 1_000)
    #expect(fifo.removeAll().dropFirst() == Array(expected..<next).dropFirst())
    #expect(fifo.isEmpty && fifo.popFirst() == nil)
  }
}
