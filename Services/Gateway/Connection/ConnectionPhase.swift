// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Where a connection stands in its life. It moves downwards through these, except that a device authenticates again
/// before its token ends, from `ready` to `verifying`, and that `verifying` goes back when a token is refused.
enum ConnectionPhase: Equatable, Sendable {
  /// Nothing but `Hello` is understood.
  case awaitingHello
  /// The version is agreed on; only what leads to an authentication is allowed.
  case open
  /// A token is being verified.
  case verifying(Verification)
  /// Authenticated.
  case ready(Session)
  /// `Draining` was sent; what is outstanding is finished. Nil if nobody has authenticated.
  case draining(Session?)
  /// A close frame was sent; the socket is cut when the peer's comes, or at this moment of the monotonic clock.
  case closing(deadline: UInt64)
  case closed

  /// The device that the connection belongs to, and that delivery knows of.
  var session: Session? {
    switch self {
    case .ready(let session): session
    case .verifying(let verification): verification.session
    case .draining(let session): session
    case .awaitingHello, .open, .closing, .closed: nil
    }
  }

  /// Whether frames still come and go.
  var isLive: Bool {
    switch self {
    case .awaitingHello, .open, .verifying, .ready, .draining: true
    case .closing, .closed: false
    }
  }
}

/// Whom an authenticated connection speaks for, and until when.
struct Session: Equatable, Sendable {
  let address: DeviceAddress
  /// Milliseconds since the Unix epoch.
  let expiry: UInt64
  /// When the connection became the device's, in milliseconds since the Unix epoch; later tokens do not change it.
  var authenticatedAt: UInt64 = 0
}

/// An `Authenticate` whose token is being verified.
struct Verification: Equatable, Sendable {
  /// The client's number of the request.
  let request: UInt64
  /// The session that stands already and goes on if the token is refused.
  let session: Session?
}
