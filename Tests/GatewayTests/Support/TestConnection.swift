// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Wire

@testable import GatewayService

/// A `ConnectionState` with a clock that stands still until a test moves it.
struct TestConnection {
  var state: ConnectionState
  var now = Moment(monotonic: 5_000_000, wall: 1_800_000_000_000)

  static let alice = DeviceAddress(account: AccountID(Identifier128(high: 1, low: 0x41)), device: .first)
  static let bob = DeviceAddress(account: AccountID(Identifier128(high: 2, low: 0x42)), device: .first)

  init(
    timing: ConnectionTiming = ConnectionTiming(), outstandingRequests: Int = WireLimits.outstandingRequests,
    sendPortion: Int? = nil
  ) {
    let settings = ConnectionSettings(
      domain: "test.example", timing: timing, outstandingRequests: outstandingRequests, sendPortion: sendPortion)
    state = ConnectionState(connection: 7, settings: settings, acceptedAt: now)
  }

  /// One that has said hello.
  static func open(
    timing: ConnectionTiming = ConnectionTiming(), outstandingRequests: Int = WireLimits.outstandingRequests,
    sendPortion: Int? = nil
  ) -> TestConnection {
    var connection = TestConnection(
      timing: timing, outstandingRequests: outstandingRequests, sendPortion: sendPortion)
    connection.receive(Hello(lowestVersion: 1, highestVersion: 1, client: "test"), request: 1)
    return connection
  }

  /// One that is authenticated as `address`, for an hour.
  static func ready(
    as address: DeviceAddress = alice, timing: ConnectionTiming = ConnectionTiming(),
    outstandingRequests: Int = WireLimits.outstandingRequests, sendPortion: Int? = nil
  ) -> TestConnection {
    var connection = open(timing: timing, outstandingRequests: outstandingRequests, sendPortion: sendPortion)
    connection.receive(Authenticate(accessToken: "token"), request: 2)
    connection.verify(as: address)
    return connection
  }

  @discardableResult
  mutating func drive(
    _ input: (inout ConnectionState, inout [ConnectionAction]) -> Void
  ) -> [ConnectionAction] {
    var actions: [ConnectionAction] = []
    input(&state, &actions)
    return actions
  }

  @discardableResult
  mutating func receive(_ body: some FrameBody, request: UInt64 = 0) -> [ConnectionAction] {
    receive(bytes: Frame(body, request: request).encoded())
  }

  @discardableResult
  mutating func receive(bytes: [UInt8]) -> [ConnectionAction] {
    drive { [now] state, actions in state.received(bytes, at: now, into: &actions) }
  }

  @discardableResult
  mutating func verify(
    as address: DeviceAddress, for milliseconds: UInt64 = 3_600_000, allowance: PortionAnswer = .granted
  ) -> [ConnectionAction] {
    drive { [now] state, actions in
      let token = VerifiedToken(
        session: Session(address: address, expiry: now.wall + milliseconds), allowance: allowance)
      state.verified(token, at: now, into: &actions)
    }
  }

  @discardableResult
  mutating func deliver(_ body: some FrameBody, request: UInt64 = 0) -> [ConnectionAction] {
    let frame = OutboundFrame(
      connection: state.connection, request: request, kind: type(of: body).kind.rawValue, body: body.encoded()[...])
    return drive { [now] state, actions in state.deliver(frame, at: now, into: &actions) }
  }

  mutating func answer(_ answer: PortionAnswer) {
    drive { [now] state, _ in state.answered(answer, at: now) }
  }

  @discardableResult
  mutating func appendFailed(_ serials: UInt64...) -> [ConnectionAction] {
    drive { [now] state, actions in state.appendFailed(serials, at: now, into: &actions) }
  }

  /// Moves both clocks.
  @discardableResult
  mutating func tick(after milliseconds: UInt64) -> [ConnectionAction] {
    now.monotonic += milliseconds
    now.wall += milliseconds
    return drive { [now] state, actions in state.tick(at: now, into: &actions) }
  }

  @discardableResult
  mutating func drain(reconnectAfter milliseconds: UInt64 = 100) -> [ConnectionAction] {
    drive { [now] state, actions in
      state.drain(reconnectAfterMilliseconds: milliseconds, at: now, into: &actions)
    }
  }
}

extension ConnectionAction {
  /// The code of a failure, and which request it answers.
  var failure: (code: FailureCode, request: UInt64)? {
    if case .fail(let failure, let request) = self { (failure.code, request) } else { nil }
  }

  /// What is appended to a partition.
  var command: PartitionCommand? { if case .append(let command, _) = self { command } else { nil } }

  var frame: Frame? { if case .send(let frame) = self { frame } else { nil } }

  var outgoing: OutgoingRequest? { if case .request(_, let request) = self { request } else { nil } }

  /// Whether it says anything to the client.
  var isSpoken: Bool {
    switch self {
    case .send, .fail, .ping, .close: true
    case .verify, .take, .request, .append, .abort: false
    }
  }
}

extension [ConnectionAction] {
  var failures: [FailureCode] { compactMap { $0.failure?.code } }
  var closeCode: CloseCode? { lazy.compactMap { if case .close(let code) = $0 { code } else { nil } }.first }
  var commands: [PartitionCommand] { compactMap(\.command) }
  var frames: [Frame] { compactMap(\.frame) }

  /// The one frame that is sent, as the record that it should be.
  func only<Body: FrameBody>(_ type: Body.Type = Body.self) throws -> Body {
    guard frames.count == 1, failures.isEmpty else { throw UnexpectedActions(actions: self) }
    return try frames[0].decode()
  }
}

struct UnexpectedActions: Error {
  let actions: [ConnectionAction]
}

extension MessageID {
  init(_ number: UInt64) { self.init(Identifier128(high: 0xABCD, low: number)) }
}

extension Send {
  /// A message with one envelope.
  static func test(
    _ number: UInt64, to recipient: AccountID = TestConnection.bob.account, bytes: Int = 16
  ) -> Send {
    Send(
      message: MessageID(number), recipient: recipient, deviceListNumber: 1,
      envelopes: [
        Envelope(device: .first, kind: .message, ciphertext: [UInt8](repeating: 0x5A, count: bytes)[...])
      ], isUrgent: false)
  }
}
