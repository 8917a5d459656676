// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

@Suite("Authentication of a connection")
struct AuthenticationTests {
  let alice = TestConnection.alice

  @Test("a good token attaches, then is answered")
  func order() throws {
    var connection = TestConnection.open()
    let asked = connection.receive(Authenticate(accessToken: "the token"), request: 8)
    #expect(asked == [.verify(token: "the token")])
    let actions = connection.verify(as: alice)
    let partition = Partition(of: alice.account)
    let attach = PartitionAttach(
      connection: 7, account: alice.account, device: alice.device, authenticatedAt: connection.now.wall)
    #expect(actions.count == 2)
    #expect(actions[0] == .append(PartitionCommand(attach: attach), to: partition))
    let frame = try #require(actions[1].frame)
    #expect(frame.request == 8)
    let ready: Ready = try frame.decode()
    #expect(ready.account == alice.account)
    #expect(ready.device == alice.device)
    #expect(ready.tokenExpiry == connection.now.wall + 3_600_000)
    #expect(ready.maximumUnacknowledged == 256)
  }

  @Test(
    "a token that is refused leaves the connection where it was",
    arguments: [FailureCode.tokenInvalid, .tokenExpired, .unavailable])
  func refused(code: FailureCode) {
    var connection = TestConnection.open()
    connection.receive(Authenticate(accessToken: "token"), request: 8)
    let actions = connection.drive { state, actions in state.refused(Failure(code), into: &actions) }
    #expect(actions.count == 1)
    #expect(actions.first?.failure?.code == code)
    #expect(actions.first?.failure?.request == 8)
    #expect(connection.state.phase == .open)

    var ready = TestConnection.ready()
    let before = ready.state.phase
    ready.receive(Authenticate(accessToken: "token"), request: 8)
    ready.drive { state, actions in state.refused(Failure(code), into: &actions) }
    #expect(ready.state.phase == before)
  }

  @Test("authenticating again extends the time and attaches nothing anew")
  func again() {
    var connection = TestConnection.ready()
    connection.receive(Authenticate(accessToken: "later"), request: 8)
    // What is sent meanwhile passes: the old token is still good.
    #expect(connection.receive(Send.test(1), request: 9).commands.count == 1)
    let actions = connection.verify(as: alice, for: 7_200_000)
    #expect(actions.commands.isEmpty)
    #expect(connection.state.phase.session?.expiry == connection.now.wall + 7_200_000)
  }

  @Test("a token of another device is refused on a connection that has one")
  func anotherDevice() throws {
    var connection = TestConnection.ready()
    let second = try #require(DeviceID(2))
    for other in [TestConnection.bob, DeviceAddress(account: alice.account, device: second)] {
      connection.receive(Authenticate(accessToken: "token"), request: 8)
      #expect(connection.verify(as: other).failures == [.unexpectedFrame])
      #expect(connection.state.phase.session?.address == alice)
    }
  }

  @Test("acknowledged ranges that do not ascend are refused")
  func ranges() {
    let wrong: [[(UInt64, UInt64)]] = [[(0, 1)], [(5, 4)], [(1, 3), (3, 4)], [(4, 5), (1, 2)]]
    for ranges in wrong {
      var ready = TestConnection.ready()
      let acknowledge = Acknowledge(ranges: ranges.map { SequenceRange(first: $0.0, last: $0.1) })
      #expect(ready.receive(acknowledge).failures == [.malformedFrame])
    }
  }

  @Test("when the token expires the connection ends, and says so")
  func expiry() {
    var connection = TestConnection.open()
    connection.receive(Authenticate(accessToken: "token"), request: 8)
    connection.verify(as: alice, for: 15_000)
    #expect(connection.tick(after: 14_999).failures.isEmpty)
    let actions = connection.tick(after: 1)
    #expect(actions.failures == [.tokenExpired])
    #expect(actions.closeCode == .policyViolation)
    #expect(actions.commands.map { $0.detach != nil } == [true])
  }

  @Test("a new token in time prolongs the connection")
  func renewal() {
    var connection = TestConnection.open()
    for (request, life) in [(8, 15_000), (9, 20_000)] as [(UInt64, UInt64)] {
      connection.receive(Authenticate(accessToken: "token"), request: request)
      connection.verify(as: alice, for: life)
    }
    #expect(connection.tick(after: 19_999).failures.isEmpty)
    #expect(connection.tick(after: 1).failures == [.tokenExpired])
  }

  @Test("a frame that comes after the expiry is not taken, even before the clock was looked at")
  func expiredBetweenTicks() {
    var connection = TestConnection.open()
    connection.receive(Authenticate(accessToken: "token"), request: 8)
    connection.verify(as: alice, for: 15_000)
    connection.now.wall += 15_000
    let actions = connection.receive(Send.test(1), request: 9)
    #expect(actions.failures == [.tokenExpired])
    #expect(actions.commands.allSatisfy { $0.send == nil })
  }

  @Test("a client that comes to authenticate again just after the expiry is let through")
  func late() {
    var connection = TestConnection.open()
    connection.receive(Authenticate(accessToken: "token"), request: 8)
    connection.verify(as: alice, for: 15_000)
    connection.now.wall += 15_000
    #expect(
      connection.receive(Authenticate(accessToken: "new"), request: 9) == [.verify(token: "new")])
  }

  @Test("an outcome that nobody waits for changes nothing")
  func unasked() {
    for var connection in [TestConnection(), .open(), .ready()] {
      let before = connection.state.phase
      #expect(connection.verify(as: TestConnection.bob).isEmpty)
      #expect(connection.drive { state, actions in state.refused(Failure(.tokenInvalid), into: &actions) }.isEmpty)
      #expect(connection.state.phase == before)
    }
  }
}
