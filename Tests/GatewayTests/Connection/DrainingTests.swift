// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

@Suite("Draining of a connection")
struct DrainingTests {
  @Test("a connection without requests is told where to go and closed")
  func idle() throws {
    for var connection in [TestConnection(), .open(), .ready()] {
      let hasSession = connection.state.phase.session != nil
      let actions = connection.drain(reconnectAfter: 123)
      #expect(try Draining(encoded: #require(actions.frames.first).body).reconnectAfterMilliseconds == 123)
      #expect(actions.closeCode == .serviceRestart)
      #expect(actions.commands.map { $0.detach != nil } == (hasSession ? [true] : []))
      #expect(connection.drain().isEmpty)
    }
  }

  @Test("what is outstanding is finished first, whether by an answer, a failure or its time")
  func outstanding() throws {
    var answered = TestConnection.ready()
    let first = try #require(answered.receive(Send.test(1), request: 1).commands.first?.send?.request)
    let second = try #require(answered.receive(Send.test(2), request: 2).commands.first?.send?.request)
    #expect(answered.drain().closeCode == nil)
    #expect(answered.deliver(Accepted(message: MessageID(1), acceptedAt: 1), request: first).closeCode == nil)
    let last = answered.deliver(Accepted(message: MessageID(2), acceptedAt: 1), request: second)
    #expect(last.frames.map(\.request) == [2])
    #expect(last.closeCode == .serviceRestart)

    var failed = TestConnection.ready()
    let serial = try #require(failed.receive(Send.test(1), request: 1).commands.first?.send?.request)
    failed.drain()
    #expect(failed.appendFailed(serial).closeCode == .serviceRestart)

    var late = TestConnection.ready()
    late.receive(Send.test(1), request: 1)
    late.drain()
    let actions = late.tick(after: 10_000)
    #expect(actions.failures == [.timeout])
    #expect(actions.closeCode == .serviceRestart)
  }

  @Test("new requests are refused as retryable, acknowledgements still count")
  func newRequests() {
    var connection = TestConnection.ready()
    connection.receive(Send.test(1), request: 1)
    connection.drain()
    #expect(connection.receive(Send.test(2), request: 2).failures == [.unavailable])
    #expect(connection.receive(FindAccount(username: "bob"), request: 3).failures == [.unavailable])
    #expect(connection.receive(Acknowledge(ranges: [SequenceRange(first: 1, last: 1)])).commands.count == 1)
  }

  @Test("a token that is being verified is answered, and its outcome ignored")
  func verifying() {
    var connection = TestConnection.open()
    connection.receive(Authenticate(accessToken: "token"), request: 4)
    let actions = connection.drain()
    #expect(actions.first?.failure?.code == .unavailable)
    #expect(actions.first?.failure?.request == 4)
    #expect(connection.verify(as: TestConnection.alice).isEmpty)
  }

  @Test("when the time for draining is over, the rest is closed")
  func leave() {
    var connection = TestConnection.ready()
    connection.receive(Send.test(1), request: 1)
    connection.drain()
    let actions = connection.drive { [now = connection.now] state, actions in state.leave(at: now, into: &actions) }
    #expect(actions.closeCode == .serviceRestart)
    #expect(actions.commands.map { $0.detach != nil } == [true])
  }

  @Test("clients come back over a time that grows with their number")
  func spread() {
    #expect(Drain.spread(connections: 0) == 100)
    #expect(Drain.spread(connections: 5_000) == 5_000)
    #expect(Drain.spread(connections: 900_000) == 20_000)
  }
}
