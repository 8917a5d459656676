// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

extension ConnectionState {
  /// Something came that is no message: a pong, a ping, a part of a message.
  mutating func heard(at now: Moment) {
    heardAt = now.monotonic
  }

  /// Called every `ConnectionTiming.sweep` milliseconds.
  mutating func tick(at now: Moment, into actions: inout [ConnectionAction]) {
    switch phase {
    case .closed: return
    case .closing(let deadline):
      if deadline <= now.monotonic { abandon(into: &actions) }
      return
    case .awaitingHello, .open, .verifying, .ready, .draining: break
    }
    if let (code, failure) = overdue(at: now) { return end(code, failure: failure, at: now, into: &actions) }
    for entry in outstanding.removeExpired(at: now.monotonic) {
      actions.append(.fail(Failure(.timeout), request: entry.number))
    }
    outstanding.shrinkIfEmpty()
    if now.elapsed(since: pingedAt) >= settings.timing.ping {
      pingedAt = now.monotonic
      actions.append(.ping)
    }
    finishDraining(at: now, into: &actions)
  }

  private func overdue(at now: Moment) -> (CloseCode, Failure)? {
    let age = now.elapsed(since: acceptedAt)
    if phase == .awaitingHello, age >= settings.timing.hello {
      return (.policyViolation, Failure(code: .idle, explanation: "Hello did not come in time."))
    }
    if phase.session == nil, age >= settings.timing.authentication {
      return (.policyViolation, Failure(code: .notAuthenticated, explanation: "Authenticate did not come in time."))
    }
    if now.elapsed(since: heardAt) >= settings.timing.idle { return (.policyViolation, Failure(.idle)) }
    if let session = phase.session, session.expiry <= now.wall { return (.policyViolation, Failure(.tokenExpired)) }
    return nil
  }

  /// The gateway is going away: what is outstanding is finished, nothing new is taken.
  mutating func drain(
    reconnectAfterMilliseconds: UInt64, at now: Moment, into actions: inout [ConnectionAction]
  ) {
    switch phase {
    case .draining, .closing, .closed: return
    case .awaitingHello, .open, .verifying, .ready: break
    }
    if case .verifying(let verification) = phase { actions.append(.fail(unavailable, request: verification.request)) }
    phase = .draining(phase.session)
    actions.append(.send(Frame(Draining(reconnectAfterMilliseconds: reconnectAfterMilliseconds))))
    finishDraining(at: now, into: &actions)
  }

  /// The time for draining is over.
  mutating func leave(at now: Moment, into actions: inout [ConnectionAction]) {
    guard phase.isLive else { return }
    end(.serviceRestart, at: now, into: &actions)
  }

  /// A connection that drains is closed when its last answer is out.
  func isDrained() -> Bool {
    guard case .draining = phase else { return false }
    return outstanding.isEmpty
  }

  mutating func finishDraining(at now: Moment, into actions: inout [ConnectionAction]) {
    if isDrained() { end(.serviceRestart, at: now, into: &actions) }
  }
}
