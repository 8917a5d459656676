// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// What all connections of a gateway have in common. A class, so that a connection holds one reference to it.
final class ConnectionSettings: Sendable {
  /// The server's domain, told in `Welcome`.
  let domain: String
  let timing: ConnectionTiming
  /// Requests of one connection that have no answer yet.
  let outstandingRequests: Int
  /// What clients are told to wait before they repeat what was refused for want of a part of the server.
  let retryAfterMilliseconds: UInt64
  /// Messages that a connection asks for at a time; nil if devices may send without a bound.
  let sendPortion: Int?

  init(
    domain: String, timing: ConnectionTiming = ConnectionTiming(),
    outstandingRequests: Int = WireLimits.outstandingRequests, retryAfterMilliseconds: UInt64 = 1_000,
    sendPortion: Int? = nil
  ) {
    self.domain = domain
    self.timing = timing
    self.outstandingRequests = outstandingRequests
    self.retryAfterMilliseconds = retryAfterMilliseconds
    self.sendPortion = sendPortion
  }
}

/// How long a connection may take for what. All in milliseconds.
struct ConnectionTiming: Equatable, Sendable {
  /// From the accepted socket to `Hello`, the TLS and WebSocket handshakes included.
  var hello: UInt64 = 10_000
  /// From the accepted socket to a valid `Authenticate`; a registration with its proof of work fits in.
  var authentication: UInt64 = 60_000
  /// The longest silence of a client.
  var idle: UInt64 = 60_000
  /// Between two pings.
  var ping: UInt64 = 20_000
  /// From a request to its answer.
  var request: UInt64 = 10_000
  /// From our close frame to the client's, or to the end without it.
  var close: UInt64 = 2_000

  /// How often deadlines are looked at: a quarter of the shortest, between 10 milliseconds and half a second.
  var sweep: UInt64 {
    let shortest = [hello, authentication, idle, ping, request, close].min() ?? hello
    return min(max(shortest / 4, 10), 500)
  }
}
