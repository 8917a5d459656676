// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

@Suite("What a device may send")
struct SendAllowanceTests {
  /// Sends messages with these numbers; request and message number agree, and each is answered at once if it is taken.
  private static func send(_ numbers: ClosedRange<UInt64>, over connection: inout TestConnection) -> [ConnectionAction]
  {
    var all: [ConnectionAction] = []
    for number in numbers {
      let actions = connection.receive(Send.test(number), request: number)
      all += actions
      for command in actions.commands {
        connection.deliver(Accepted(message: MessageID(number), acceptedAt: 1), request: command.send?.request ?? 0)
      }
    }
    return all
  }

  private static func portions(_ actions: [ConnectionAction]) -> Int {
    actions.count { if case .take(_, of: TestConnection.alice) = $0 { true } else { false } }
  }

  @Test("is asked for with the first message and then by the portion, and nothing waits for the answer")
  func portions() {
    var connection = TestConnection.ready(sendPortion: 10)
    #expect(Self.portions(Self.send(1...4, over: &connection)) == 1)
    connection.answer(.granted)
    #expect(Self.portions(Self.send(5...5, over: &connection)) == 1, "half of the portion is left")
    connection.answer(.granted)
    let more = Self.send(6...15, over: &connection)
    #expect(Self.portions(more) == 1)
    #expect(more.failures.isEmpty && more.commands.count == 10)
  }

  @Test("ends when the bucket is empty: the sender is told when to come again, and the order stays")
  func empty() {
    var connection = TestConnection.ready(sendPortion: 10)
    #expect(Self.send(1...3, over: &connection).commands.count == 3)
    connection.answer(.denied(700))
    let refused = connection.receive(Send.test(4), request: 4)
    #expect(refused == [.fail(Failure(.rateLimited, retryAfterMilliseconds: 700), request: 4)])
    connection.tick(after: 699)
    #expect(connection.receive(Send.test(5), request: 5).failures == [.rateLimited])
    connection.tick(after: 1)
    let early = connection.receive(Send.test(5), request: 6)
    #expect(early.failures == [.unavailable], "the fourth comes first")
    #expect(Self.portions(early) == 1)
    let taken = Self.send(4...5, over: &connection)
    #expect(taken.commands.count == 2 && taken.failures.isEmpty)
  }

  @Test("that tokens were taken for is kept when the bucket has no more")
  func paid() {
    var connection = TestConnection.ready(sendPortion: 4)
    _ = Self.send(1...1, over: &connection)
    connection.answer(.granted)
    #expect(Self.portions(Self.send(2...2, over: &connection)) == 1)
    connection.answer(.denied(700))
    let rest = Self.send(3...5, over: &connection)
    #expect(rest.commands.count == 2 && rest.failures == [.rateLimited])
    #expect(Self.portions(rest) == 0)
  }

  @Test("is not exceeded by more than a portion while Redis does not answer, and asked for again when it has failed")
  func unanswered() {
    var connection = TestConnection.ready(sendPortion: 3)
    let actions = Self.send(1...5, over: &connection)
    #expect(actions.commands.count == 3)
    #expect(actions.failures == [.unavailable, .unavailable])
    connection.answer(.granted)
    connection.answer(.granted)
    let again = Self.send(4...4, over: &connection)
    #expect(again.failures == [.unavailable], "one question, one answer")
    #expect(Self.portions(again) == 1)
    connection.answer(.granted)
    #expect(Self.send(4...6, over: &connection).commands.count == 3)

    var other = TestConnection.ready(sendPortion: 3)
    #expect(Self.portions(Self.send(1...1, over: &other)) == 1)
    other.answer(.unknown)
    #expect(Self.portions(Self.send(2...2, over: &other)) == 1)
  }

  @Test("is asked for on credit while nothing was paid, and not afterwards")
  func credit() {
    func asked(_ actions: [ConnectionAction]) -> [Portion] {
      actions.compactMap { if case .take(let portion, of: _) = $0 { portion } else { nil } }
    }
    var connection = TestConnection.ready(sendPortion: 4)
    #expect(asked(Self.send(1...1, over: &connection)) == [.first])
    connection.answer(.unknown)
    #expect(asked(Self.send(2...2, over: &connection)) == [.first])
    connection.answer(.granted)
    #expect(asked(Self.send(3...3, over: &connection)) == [.more])
  }

  @Test("is nothing at the beginning of a connection whose device has none")
  func debt() {
    var connection = TestConnection.open(sendPortion: 10)
    connection.receive(Authenticate(accessToken: "token"), request: 2)
    connection.verify(as: TestConnection.alice, allowance: .denied(300))
    #expect(
      connection.receive(Send.test(1), request: 3)
        == [.fail(Failure(.rateLimited, retryAfterMilliseconds: 300), request: 3)])
    connection.tick(after: 300)
    #expect(connection.receive(Send.test(1), request: 4).commands.count == 1)
  }

  @Test("does not concern acknowledgements and requests")
  func others() {
    var connection = TestConnection.ready(sendPortion: 1)
    _ = Self.send(1...1, over: &connection)
    connection.answer(.denied(60_000))
    #expect(connection.receive(Acknowledge(ranges: [SequenceRange(first: 1, last: 1)])).commands.count == 1)
    #expect(connection.receive(FindAccount(username: "bob"), request: 9).compactMap(\.outgoing).count == 1)
  }
}
