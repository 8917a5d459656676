// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

@Suite("Every kind of frame in every phase")
struct EveryFrameTests {
  enum Outcome: Equatable {
    case failure(FailureCode)
    case welcome, verification, request(ServiceQueue), command, nothing
  }

  enum Place: CaseIterable {
    case awaitingHello, open, verifying, ready, verifyingAgain, draining, drainingUnauthenticated, closing, closed

    func connection() -> TestConnection {
      switch self {
      case .awaitingHello: return TestConnection()
      case .open: return .open()
      case .verifying:
        var connection = TestConnection.open()
        connection.receive(Authenticate(accessToken: "token"), request: 5)
        return connection
      case .ready: return .ready()
      case .verifyingAgain:
        var connection = TestConnection.ready()
        connection.receive(Authenticate(accessToken: "token"), request: 5)
        return connection
      case .draining:
        var connection = TestConnection.ready()
        connection.receive(Send.test(90), request: 90)
        connection.drain()
        return connection
      case .drainingUnauthenticated:
        var connection = TestConnection.open()
        connection.receive(RequestRegistration(), request: 90)
        connection.drain()
        return connection
      case .closing:
        var connection = TestConnection.ready()
        connection.drive { [now = connection.now] state, actions in state.violated(.text, at: now, into: &actions) }
        return connection
      case .closed:
        var connection = TestConnection.ready()
        connection.drive { state, actions in state.disconnected(into: &actions) }
        return connection
      }
    }

    var hasSession: Bool {
      switch self {
      case .ready, .verifyingAgain, .draining: true
      case .awaitingHello, .open, .verifying, .drainingUnauthenticated, .closing, .closed: false
      }
    }

    var isDraining: Bool { self == .draining || self == .drainingUnauthenticated }
  }

  func expected(_ kind: FrameKind, in place: Place) -> Outcome {
    if place == .closing || place == .closed { return .nothing }
    guard let route = FrameRoute(kind) else { return .failure(.unknownFrame) }
    let withoutSession: Outcome = .failure(place == .awaitingHello ? .unexpectedFrame : .notAuthenticated)
    switch route {
    case .hello: return place == .awaitingHello ? .welcome : .failure(.unexpectedFrame)
    case .authenticate:
      if place.isDraining { return .failure(.unavailable) }
      return place == .open || place == .ready ? .verification : .failure(.unexpectedFrame)
    case .acknowledge: return place.hasSession ? .command : withoutSession
    case .send:
      if !place.hasSession { return withoutSession }
      return place.isDraining ? .failure(.unavailable) : .command
    case .service(let queue, let access):
      if place == .awaitingHello || (access == .devices && !place.hasSession) { return withoutSession }
      return place.isDraining ? .failure(.unavailable) : .request(queue)
    }
  }

  func outcome(_ actions: [ConnectionAction], to request: UInt64) -> Outcome? {
    guard actions.count <= 1 else { return nil }
    switch actions.first {
    case nil: return .nothing
    case .fail(let failure, request)?: return .failure(failure.code)
    case .send(let frame)? where frame.request == request && frame.kind == FrameKind.welcome.rawValue:
      return .welcome
    case .verify?: return .verification
    case .request(let queue, _)?: return .request(queue)
    case .append?: return .command
    default: return nil
    }
  }

  @Test("has the one right outcome", arguments: Place.allCases, FrameKind.allCases)
  func everyFrame(place: Place, kind: FrameKind) {
    var connection = place.connection()
    let before = connection.state.phase
    let actions = connection.receive(bytes: SampleFrames.frame(kind, request: 44).encoded())
    #expect(outcome(actions, to: 44) == expected(kind, in: place))
    // Only a greeting and a token to be verified change the phase.
    let changes =
      kind == .hello && place == .awaitingHello || kind == .authenticate && (place == .open || place == .ready)
    #expect((connection.state.phase != before) == changes)
  }

  @Test("every kind that a client sends has a route, and no other")
  func routes() {
    for kind in FrameKind.allCases { #expect((FrameRoute(kind) != nil) == (kind.direction == .fromClient)) }
  }

  @Test("a kind that nobody knows is refused with its request's number", arguments: Place.allCases)
  func unknown(place: Place) {
    var connection = place.connection()
    let actions = connection.receive(bytes: Frame(kind: 9_999, request: 44, body: [0x80]).encoded())
    #expect(outcome(actions, to: 44) == (place == .closing || place == .closed ? .nothing : .failure(.unknownFrame)))
  }

  @Test("a body that is not the record of its kind is refused where the gateway reads it")
  func malformedBodies() {
    for kind in [FrameKind.authenticate, .send, .acknowledge] {
      var connection = TestConnection.ready()
      let actions = connection.receive(bytes: Frame(kind: kind.rawValue, request: 44, body: [0x80]).encoded())
      #expect(outcome(actions, to: 44) == .failure(.malformedFrame))
    }
    var connection = TestConnection()
    let actions = connection.receive(bytes: Frame(kind: FrameKind.hello.rawValue, request: 1, body: [0x90]).encoded())
    #expect(outcome(actions, to: 1) == .failure(.malformedFrame))
    #expect(connection.state.phase == .awaitingHello)
  }
}
