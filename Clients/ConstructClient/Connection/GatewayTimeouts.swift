// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// How long a connection waits for what.
public struct GatewayTimeouts: Hashable, Sendable {
  /// For TCP, TLS and the WebSocket upgrade together.
  public var connect: Duration
  /// For `Welcome` after `Hello`.
  public var hello: Duration
  /// For the answer to a request. The gateway itself gives up after 10 s.
  public var request: Duration
  /// For the server's side of an orderly close.
  public var close: Duration

  /// The defaults suit a mobile network.
  public init(
    connect: Duration = .seconds(10), hello: Duration = .seconds(10), request: Duration = .seconds(15),
    close: Duration = .seconds(1)
  ) {
    self.connect = connect
    self.hello = hello
    self.request = request
    self.close = close
  }
}
