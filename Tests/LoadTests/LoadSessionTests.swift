// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing
import Wire

@testable import LoadCommand

@Suite("The checks of a load")
struct LoadSessionTests {
  let alice = LoadSession(0, account: AccountID(Identifier128(high: 0, low: 1)), handler: LoadHandler(), shape: shape)
  let bob = LoadSession(1, account: AccountID(Identifier128(high: 0, low: 2)), handler: LoadHandler(), shape: shape)
  private static let shape = MessageShape(run: 7, size: 64)

  init() {
    alice.join(bob)
    alice.set(.inFlight(4))
  }

  /// - Parameter previous: the sequence of the delivery before it, by default the one before its own.
  private func deliver(
    _ number: UInt64, sequence: UInt64? = nil, previous: UInt64? = nil, sender: UInt32 = 0, run: UInt64 = 7
  ) {
    let sequence = sequence ?? number
    let message = LoadMessage(run: run, sender: sender, number: number, time: .now())
    let deliver = Deliver(
      sequence: sequence, sender: AccountID(Identifier128(high: 0, low: 1)), senderDevice: .first,
      message: message.id,
      acceptedAt: 1, kind: .message, ciphertext: message.encoded(size: 64)[...], previous: previous ?? sequence - 1)
    bob.received(Frame(deliver))
  }

  private func accept(_ request: UInt64) {
    let message = LoadMessage(run: 7, sender: 0, number: request, time: .now())
    alice.received(Frame(Accepted(message: message.id, acceptedAt: 1), request: request))
  }

  @Test("what comes once and in order is even, and the next ones go out")
  func even() {
    for number in UInt64(1)...4 {
      accept(number)
      deliver(number)
    }
    #expect(bob.tally.delivered == 4)
    #expect(bob.tally.duplicated + bob.tally.misordered == 0)
    #expect(alice.tally.accepted == 4)
    #expect(alice.tally.sent == 8)
    #expect(alice.missing == 0)
  }

  @Test("what was accepted and has not come is missing")
  func lost() {
    accept(1)
    accept(2)
    deliver(2, sequence: 1)
    #expect(alice.missing == 1)
    #expect(bob.tally.misordered == 1)
    #expect(!alice.isQuiet)
  }

  @Test("what comes twice is noticed")
  func duplicated() {
    deliver(1)
    deliver(1, sequence: 2)
    #expect(bob.tally.delivered == 1)
    #expect(bob.tally.duplicated == 1)
    // The same delivery again is none.
    deliver(1, sequence: 2)
    #expect(bob.tally.duplicated == 1)
    #expect(bob.tally.redelivered == 1)
  }

  @Test("behind a delivery that was lost on its way nothing is taken")
  func gap() {
    deliver(1)
    deliver(3, previous: 2)
    #expect(bob.tally.delivered == 1)
    #expect(bob.tally.gaps == 1)
  }

  @Test("what somebody else has sent is noticed, and what an earlier run has left is passed over")
  func strangers() {
    deliver(1, sender: 5)
    #expect(bob.tally.misordered == 1)
    deliver(1, sequence: 2, run: 6)
    #expect(bob.tally.delivered == 0)
    #expect(bob.tally.misordered == 1)
  }

  @Test("what is refused for a while is sent again, and nothing new before it")
  func refused() {
    let now = NIODeadline.now()
    let failure = Failure(code: .unavailable, explanation: "", retryAfterMilliseconds: 60_000)
    alice.received(Frame(failure, request: 2))
    accept(1)
    deliver(1)
    alice.tick(now: now)
    #expect(alice.tally.sent == 4)
    #expect(alice.tally.refused == ["unavailable": 1])
    alice.tick(now: now + .seconds(61))
    #expect(alice.tally.sent == 5)
    // The refused one has request 5 now.
    accept(5)
    #expect(alice.tally.accepted == 2)
  }

  @Test("in an open loop a late message counts from the time at which it was due")
  func openLoop() {
    let due = NIODeadline.now() - .seconds(2)
    let late = LoadSession(
      2, account: AccountID(Identifier128(high: 0, low: 3)), handler: LoadHandler(), shape: Self.shape)
    let other = LoadSession(
      3, account: AccountID(Identifier128(high: 0, low: 4)), handler: LoadHandler(), shape: Self.shape)
    late.join(other)
    late.set(.every(.seconds(1), next: due))
    #expect(late.tally.sent == 3)
    late.received(Frame(Accepted(message: MessageID(Identifier128(high: 7, low: 0)), acceptedAt: 1), request: 1))
    #expect(late.tally.acceptance.maximum >= 2_000_000_000)
  }
}
