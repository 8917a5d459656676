// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

@Suite("Time-outs of a connection")
struct TimeTests {
  @Test("without hello the connection ends after its time")
  func hello() {
    var connection = TestConnection()
    #expect(connection.tick(after: 9_999).isEmpty)
    let actions = connection.tick(after: 1)
    #expect(actions.failures == [.idle])
    #expect(actions.closeCode == .policyViolation)
  }

  @Test("without authentication the connection ends after its time, however busy it is")
  func authentication() {
    var connection = TestConnection.open()
    for _ in 0..<59 {
      connection.receive(RequestLogin(account: TestConnection.bob.account, device: .first), request: 0)
      #expect(connection.tick(after: 1_000).closeCode == nil)
    }
    let actions = connection.tick(after: 1_000)
    #expect(actions.failures == [.notAuthenticated])
    #expect(actions.closeCode == .policyViolation)
  }

  @Test("pings go out at their interval and a silent client is left after the idle time")
  func idle() {
    var connection = TestConnection.ready()
    var pings = 0
    for second in 1..<60 {
      let actions = connection.tick(after: 1_000)
      if actions.contains(.ping) {
        pings += 1
        #expect(second % 20 == 0)
      }
      #expect(actions.closeCode == nil)
    }
    #expect(pings == 2)
    #expect(connection.tick(after: 1_000).failures == [.idle])
  }

  @Test("anything that is heard begins the idle time anew")
  func heard() {
    var connection = TestConnection.ready()
    for _ in 0..<10 {
      #expect(connection.tick(after: 30_000).closeCode == nil)
      connection.drive { [now = connection.now] state, _ in state.heard(at: now) }
    }
    connection.tick(after: 30_000)
    connection.receive(Acknowledge(ranges: [SequenceRange(first: 1, last: 1)]))
    #expect(connection.tick(after: 59_999).closeCode == nil)
    #expect(connection.tick(after: 1).closeCode == .policyViolation)
  }

  @Test("a client that does not answer the close frame is cut off")
  func closing() {
    var connection = TestConnection.ready()
    connection.drive { [now = connection.now] state, actions in state.violated(.text, at: now, into: &actions) }
    #expect(connection.tick(after: 1_999).isEmpty)
    #expect(connection.tick(after: 1) == [.abort])
    #expect(connection.state.phase == .closed)
    #expect(connection.tick(after: 100_000).isEmpty)
  }

  @Test("the peer's close frame is answered once, and ends the socket")
  func peerCloses() {
    var connection = TestConnection.ready()
    let actions = connection.drive { [now = connection.now] state, actions in
      state.peerClosed(at: now, into: &actions)
    }
    #expect(actions.map(\.command?.detach?.connection) == [7, nil, nil])
    #expect(Array(actions.dropFirst()) == [.close(.normal), .abort])

    var closing = TestConnection.ready()
    closing.drive { [now = closing.now] state, actions in state.violated(.text, at: now, into: &actions) }
    let answer = closing.drive { [now = closing.now] state, actions in state.peerClosed(at: now, into: &actions) }
    #expect(answer == [.abort])
  }

  @Test("a client that does not read is cut off at once, and delivery is told")
  func overflow() {
    var connection = TestConnection.ready()
    let actions = connection.drive { state, actions in state.abandon(into: &actions) }
    #expect(actions.map(\.command?.detach?.connection) == [7, nil])
    #expect(actions.last == .abort)
    #expect(connection.drive { state, actions in state.abandon(into: &actions) }.isEmpty)
  }

  @Test("a clock that goes back ends nothing and breaks nothing")
  func backwards() {
    var connection = TestConnection.ready()
    connection.now.monotonic -= 1_000_000
    connection.now.wall -= 1_000_000
    #expect(connection.tick(after: 0).isEmpty)
    #expect(connection.receive(Send.test(1), request: 1).commands.count == 1)
  }

  @Test("deadlines are looked at often enough for the shortest of them")
  func sweep() {
    #expect(ConnectionTiming().sweep == 500)
    #expect(ConnectionTiming(request: 100).sweep == 25)
    #expect(ConnectionTiming(request: 1).sweep == 10)
  }
}
