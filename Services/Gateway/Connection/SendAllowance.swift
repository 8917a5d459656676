// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a connection may still send of its device's allowance.
///
/// The device's token bucket is in Redis, since a device may come through any gateway and open one connection after the
/// other. Asking there for each message would cost as much as the message does. So tokens are taken by the portion, and a
/// connection runs ahead by one portion at most: it sends while it asks, and stops when it hears that there are no more.
///
/// What a connection has sent before the first answer is paid for all the same, if need be on credit; and none begins with
/// a portion while its device owes something. So nobody gets more by connecting again.
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

  /// The connection has become a device's; `answer` says whether its bucket has anything.
  mutating func begin(_ answer: PortionAnswer, at now: Moment) {
    guard portion != nil, case .denied(let wait) = answer else { return }
    credit = 0
    phase = .empty(until: now.monotonic + max(1, wait))
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

  /// The portion that it is time to ask for; it counts as asked for then.
  mutating func nextPortion() -> Portion? {
    guard let portion, phase == .open, !isPaid || credit <= portion / 2 else { return nil }
    phase = .asking
    return isPaid ? .more : .first
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

/// What a connection takes from its device's bucket.
enum Portion: Equatable, Sendable {
  /// For what it has begun to send already: on credit, if the bucket has too little.
  case first
  case more
}

/// What a device's bucket says.
enum PortionAnswer: Equatable, Sendable {
  case granted
  /// Milliseconds until there will be enough tokens.
  case denied(UInt64)
  /// Redis could not be asked.
  case unknown
}
