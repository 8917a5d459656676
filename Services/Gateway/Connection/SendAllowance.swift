// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a connection may still send of its device's allowance.
///
/// The device's token bucket is in Redis, since a device may come through any gateway and open one connection after the
/// other. Asking there for each message would cost as much as the message does. So tokens are taken by the portion, and a
/// connection runs ahead by one portion at most: it sends while it asks, and stops when it hears that there are no more.
struct SendAllowance: Equatable, Sendable {
  enum Admission: Equatable, Sendable {
    case allowed
    /// Milliseconds until there are tokens again.
    case slowDown(UInt64)
    /// Redis has not answered.
    case unknown
  }

  private enum Phase: Equatable, Sendable {
    case open
    case asking
    /// Until then, by the monotonic clock, there are not enough tokens for a portion.
    case empty(until: UInt64)
  }

  /// Nil for a device without a bound.
  private let portion: Int?
  private var credit: Int
  /// Whether tokens were taken for the credit that a connection begins with.
  private var isPaid = false
  private var phase = Phase.open

  init(portion: Int?) {
    self.portion = portion
    credit = portion ?? 0
  }

  /// Whether a message may be sent now.
  mutating func admits(at now: Moment) -> Admission {
    guard let portion else { return .allowed }
    if case .empty(let until) = phase, until <= now.monotonic {
      phase = .open
      if credit == 0 { (credit, isPaid) = (portion, false) }
    }
    if credit > 0 { return .allowed }
    if case .empty(let until) = phase { return .slowDown(until - now.monotonic) }
    return .unknown
  }

  /// A message that was admitted is sent.
  mutating func take() { credit -= 1 }

  /// Whether it is time to ask for a portion; it counts as asked for then.
  mutating func wantsPortion() -> Bool {
    guard let portion, phase == .open, !isPaid || credit <= portion / 2 else { return false }
    phase = .asking
    return true
  }

  /// What became of the request for a portion.
  mutating func answered(_ answer: PortionAnswer, at now: Moment) {
    guard phase == .asking, let portion else { return }
    phase = .open
    switch answer {
    case .granted where isPaid: credit += portion
    case .granted: isPaid = true
    case .denied(let wait):
      if !isPaid { credit = 0 }
      phase = .empty(until: now.monotonic + max(1, wait))
    case .unknown: break
    }
  }
}

/// What a device's bucket says.
enum PortionAnswer: Equatable, Sendable {
  case granted
  /// Milliseconds until there will be enough tokens.
  case denied(UInt64)
  /// Redis could not be asked.
  case unknown
}

/// How much one device may send through all gateways.
struct DeviceRate: Equatable, Sendable {
  /// Messages at once.
  var burst = 1_200
  /// Messages in a minute, lasting.
  var minutely = 1_200

  /// A tenth of the bucket, but twice what a client may have under way, or else a client that has done nothing wrong would
  /// be refused while Redis is asked.
  var portion: Int { min(burst, max(128, burst / 10)) }
}
