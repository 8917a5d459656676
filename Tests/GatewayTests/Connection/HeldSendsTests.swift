// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

@Suite("Messages that were refused keep their order")
struct HeldSendsTests {
  /// Sends and says whether it was taken.
  func send(_ number: UInt64, on connection: inout TestConnection) -> Bool {
    let actions = connection.receive(
      Send.test(number), request: 1_000 + UInt64(connection.state.outstanding.count) * 7_919 + number)
    return actions.commands.contains { $0.send != nil }
  }

  func serial(_ actions: [ConnectionAction]) -> UInt64 { actions.commands.first?.send?.request ?? 0 }

  @Test("after an append has failed nothing is taken until the failed messages come again, in their order")
  func afterFailure() {
    var connection = TestConnection.ready()
    let first = serial(connection.receive(Send.test(1), request: 1))
    let second = serial(connection.receive(Send.test(2), request: 2))
    let failed = connection.appendFailed(second, first)
    #expect(failed.compactMap(\.failure).map(\.request) == [1, 2])
    // Number 3 was on its way when the client heard of it, and number 2 comes too early.
    #expect(connection.receive(Send.test(3), request: 3).failures == [.unavailable])
    #expect(connection.receive(Send.test(2), request: 4).failures == [.unavailable])
    let taken = [1, 2, 4, 3].map { send($0, on: &connection) }
    #expect(taken == [true, true, false, true])
    #expect(send(4, on: &connection))
    #expect(connection.state.held.isEmpty)
  }

  @Test("a failed message holds back its recipient's alone; with the list full nobody knows what else was refused")
  func otherRecipients() {
    var connection = TestConnection.ready()
    let carol = AccountID(Identifier128(high: 0xCA, low: 7))
    let first = serial(connection.receive(Send.test(1), request: 1))
    connection.appendFailed(first)
    #expect(!send(2, on: &connection))
    #expect(connection.receive(Send.test(3, to: carol), request: 3).commands.count == 1)
    for number in 4..<UInt64(2 + HeldSends.capacity) { #expect(!send(number, on: &connection)) }
    #expect(connection.state.held.list.count == HeldSends.capacity)
    #expect(connection.receive(Send.test(5_000, to: carol), request: 5_000).failures == [.unavailable])
    #expect(send(1, on: &connection))
  }

  @Test("a message that fails again stands in front of those that were refused after it")
  func again() {
    var connection = TestConnection.ready()
    let first = serial(connection.receive(Send.test(1), request: 1))
    connection.appendFailed(first)
    #expect(!send(2, on: &connection))
    let repeated = serial(connection.receive(Send.test(1), request: 3))
    connection.appendFailed(repeated)
    #expect(connection.state.held.list == [MessageID(1), MessageID(2)])
  }

  @Test("a message over the bound of outstanding requests is not overtaken either")
  func tooManyOutstanding() {
    var connection = TestConnection.ready(outstandingRequests: 2)
    connection.receive(Send.test(1), request: 1)
    let second = serial(connection.receive(Send.test(2), request: 2))
    #expect(connection.receive(Send.test(3), request: 3).failures == [.tooManyOutstanding])
    connection.deliver(Accepted(message: MessageID(2), acceptedAt: 1), request: second)
    #expect(connection.receive(Send.test(4), request: 4).failures == [.unavailable])
    #expect(send(3, on: &connection))
  }

  @Test("a refusal that repeating does not help holds nothing back")
  func finalRefusal() {
    var connection = TestConnection.ready()
    #expect(connection.receive(Send.test(1, bytes: 98_305), request: 1).failures == [.messageTooLarge])
    #expect(send(2, on: &connection))
  }

  @Test("a client that gives a message up goes on when the time for a request has passed")
  func givenUp() {
    var connection = TestConnection.ready()
    let first = serial(connection.receive(Send.test(1), request: 1))
    connection.appendFailed(first)
    connection.tick(after: 9_999)
    #expect(!send(2, on: &connection))
    connection.tick(after: 10_000)
    #expect(send(2, on: &connection))
  }

  @Test("a client that keeps trying and is refused again and again is not overtaken")
  func refusedAgain() {
    var connection = TestConnection.ready(outstandingRequests: 1)
    connection.receive(Send.test(1, to: AccountID(Identifier128(high: 0xCA, low: 7))), request: 1)
    #expect(connection.receive(Send.test(2), request: 2).failures == [.tooManyOutstanding])
    for attempt in UInt64(1)...3 {
      connection.tick(after: 3_000)
      #expect(connection.receive(Send.test(2), request: 10 + attempt).failures == [.tooManyOutstanding])
    }
    // The first request is over, and so would be the time since the first refusal.
    connection.tick(after: 2_000)
    #expect(!send(3, on: &connection))
    #expect(send(2, on: &connection))
  }

  @Test("a flood of refused messages takes no more than its bound")
  func bounded() {
    var connection = TestConnection.ready()
    let first = serial(connection.receive(Send.test(1), request: 1))
    connection.appendFailed(first)
    for number in 2...1_000 { #expect(!send(UInt64(number), on: &connection)) }
    #expect(connection.state.held.list.count == HeldSends.capacity)
    #expect(send(1, on: &connection))
  }

  @Test("other requests are not held back by a message")
  func otherRequests() {
    var connection = TestConnection.ready()
    let first = serial(connection.receive(Send.test(1), request: 1))
    connection.appendFailed(first)
    #expect(connection.receive(FindAccount(username: "bob"), request: 2).first?.outgoing != nil)
    #expect(connection.receive(Acknowledge(ranges: [SequenceRange(first: 1, last: 1)])).commands.count == 1)
  }
}
