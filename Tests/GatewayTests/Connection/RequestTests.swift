// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

@Suite("Requests and their answers")
struct RequestTests {
  @Test("a request carries the connection's identity and a deadline, never the client's word")
  func identity() throws {
    var connection = TestConnection.ready()
    let actions = connection.receive(FindAccount(username: "bob"), request: 30)
    let request = try #require(actions.first?.outgoing)
    #expect(request.address == TestConnection.alice)
    #expect(request.kind == FrameKind.findAccount.rawValue)
    #expect(request.deadline == connection.now.wall + 10_000)
    #expect(try FindAccount(encoded: request.body) == FindAccount(username: "bob"))

    var open = TestConnection.open()
    #expect(
      open.receive(RequestLogin(account: TestConnection.bob.account, device: .first), request: 30).first?
        .outgoing?.address == nil)
  }

  @Test("a message is appended for its recipient, from the connection's device, as the client wrote it")
  func send() throws {
    var connection = TestConnection.ready()
    let message = Send.test(5)
    let actions = connection.receive(message, request: 31)
    guard case .append(let command, let partition)? = actions.first else { throw UnexpectedActions(actions: actions) }
    #expect(partition == Partition(of: TestConnection.bob.account))
    let send = try #require(command.send)
    #expect(send.sender == TestConnection.alice.account)
    #expect(send.senderDevice == TestConnection.alice.device)
    #expect(send.connection == 7)
    #expect(Array(send.body) == message.encoded())
  }

  @Test("acknowledgements go to the device's own partition and are not answered")
  func acknowledge() throws {
    var connection = TestConnection.ready()
    let ranges = [SequenceRange(first: 3, last: 9)]
    let actions = connection.receive(Acknowledge(ranges: ranges))
    #expect(
      actions == [
        .append(
          PartitionCommand(
            acknowledge: PartitionAcknowledge(
              account: TestConnection.alice.account, device: .first, ranges: ranges)),
          to: Partition(of: TestConnection.alice.account))
      ])
    #expect(connection.receive(Acknowledge(ranges: [])).isEmpty)
    #expect(connection.state.outstanding.isEmpty)
  }

  @Test("an answer goes back under the client's number, once")
  func answer() throws {
    var connection = TestConnection.ready()
    let serial = try #require(connection.receive(FindAccount(username: "bob"), request: 77).first?.outgoing?.serial)
    let actions = connection.deliver(Done(), request: serial)
    #expect(actions == [.send(Frame(Done(), request: 77))])
    #expect(connection.deliver(Done(), request: serial).isEmpty)
    #expect(connection.state.outstanding.isEmpty)
  }

  @Test("the answer to a request that was given up is not taken for that to a later one of the same number")
  func lateAnswer() throws {
    var connection = TestConnection.ready()
    let early = try #require(connection.receive(FindAccount(username: "bob"), request: 5).first?.outgoing?.serial)
    connection.tick(after: 10_000)
    let late = try #require(connection.receive(FindAccount(username: "eve"), request: 5).first?.outgoing?.serial)
    #expect(connection.deliver(Done(), request: early).isEmpty)
    #expect(connection.deliver(Done(), request: late).count == 1)
  }

  @Test("a request without a number is refused, and the connection goes on")
  func zero() {
    var connection = TestConnection.ready()
    #expect(connection.receive(Send.test(1), request: 0).failures == [.malformedFrame])
    #expect(connection.receive(FindAccount(username: "bob"), request: 0).failures == [.malformedFrame])
    #expect(connection.state.phase.isLive)
  }

  @Test("a number that is in use ends the connection, because answers could not be told apart")
  func duplicate() {
    var connection = TestConnection.ready()
    connection.receive(FindAccount(username: "bob"), request: 5)
    let actions = connection.receive(FindAccount(username: "eve"), request: 5)
    #expect(actions.first?.failure?.code == .unexpectedFrame)
    #expect(actions.first?.failure?.request == 0)
    #expect(actions.closeCode == .protocolError)
    #expect(actions.allSatisfy { $0.outgoing == nil })
  }

  @Test("the 65th request without an answer is refused, and one more is taken when one is answered")
  func tooManyOutstanding() throws {
    var connection = TestConnection.ready()
    var serials: [UInt64] = []
    for number in 1...64 {
      let actions = connection.receive(FindAccount(username: "bob"), request: UInt64(number))
      serials.append(try #require(actions.first?.outgoing?.serial))
    }
    #expect(connection.receive(FindAccount(username: "bob"), request: 65).failures == [.tooManyOutstanding])
    #expect(connection.state.outstanding.count == 64)
    connection.deliver(Done(), request: serials[10])
    #expect(connection.receive(FindAccount(username: "bob"), request: 66).first?.outgoing != nil)
  }

  @Test("what needs no authentication is refused if it is longer than it has to be")
  func strangersBodies() {
    var connection = TestConnection.open()
    func register(_ bytes: Int) -> Register {
      Register(
        challenge: [UInt8](repeating: 1, count: 64), nonce: [UInt8](repeating: 2, count: 8), username: "alice",
        suite: 3,
        rootIdentityKey: [UInt8](repeating: 3, count: 2_624),
        deviceList: SignedDeviceList(
          payload: [UInt8](repeating: 4, count: bytes), signature: [UInt8](repeating: 5, count: 4_691)))
    }
    // Of suite 3, a device's keys and their list have 4.3 KB.
    #expect(connection.receive(register(4_400), request: 3).first?.outgoing != nil)
    #expect(connection.receive(register(16_384), request: 4).failures == [.malformedFrame])
    let long = RefreshTokens(refreshToken: [UInt8](repeating: 6, count: 2_000))
    #expect(connection.receive(long, request: 5).failures == [.malformedFrame])
    #expect(connection.state.outstanding.count == 1)
  }

  @Test("a request that is one too many of its address is answered by when to come again, and is over")
  func limited() throws {
    var connection = TestConnection.open()
    let serial = try #require(connection.receive(RequestRegistration(), request: 9).first?.outgoing?.serial)
    let actions = connection.drive { [now = connection.now] state, actions in
      state.limited(serial, wait: 250, at: now, into: &actions)
    }
    #expect(actions == [.fail(Failure(.rateLimited, retryAfterMilliseconds: 250), request: 9)])
    #expect(connection.state.outstanding.isEmpty)
  }

  @Test("a ciphertext over the bound is told from a malformed frame")
  func ciphertextTooLarge() {
    var connection = TestConnection.ready()
    #expect(connection.receive(Send.test(1, bytes: 98_304), request: 1).commands.count == 1)
    #expect(connection.receive(Send.test(2, bytes: 98_305), request: 2).failures == [.messageTooLarge])
  }

  @Test("a request without an answer is given up when its time has passed, and not before")
  func timeout() throws {
    var connection = TestConnection.ready()
    connection.receive(FindAccount(username: "bob"), request: 5)
    connection.tick(after: 5_000)
    connection.receive(Send.test(1), request: 6)
    #expect(connection.tick(after: 4_999).failures.isEmpty)
    let first = connection.tick(after: 1)
    #expect(first.first?.failure?.code == .timeout)
    #expect(first.first?.failure?.request == 5)
    #expect(first.count == 1)
    #expect(connection.tick(after: 5_000).compactMap(\.failure).map(\.request) == [6])
    #expect(connection.state.outstanding.isEmpty)
  }

  @Test("when the streams are lost, everything that waits fails as retryable, in order")
  func streamsLost() {
    var connection = TestConnection.ready()
    for number in 1...5 { connection.receive(Send.test(UInt64(number)), request: UInt64(number)) }
    connection.receive(FindAccount(username: "bob"), request: 6)
    let actions = connection.drive { [now = connection.now] state, actions in
      state.streamsLost(at: now, into: &actions)
    }
    #expect(actions.compactMap(\.failure).map(\.request) == [1, 2, 3, 4, 5, 6])
    #expect(actions.failures.allSatisfy { $0 == .unavailable && $0.isRetryable })
    #expect(connection.state.phase.isLive)
  }
}
