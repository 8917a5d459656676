// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Which gateway to try next, and when: the next of the list at once, and after each whole round one of the pauses
/// `RetryPauses.reconnecting`. Value type without clock and without I/O: the run loop asks and waits.
struct ReconnectSchedule: Sendable {
  struct Attempt: Equatable, Sendable {
    let endpoint: GatewayEndpoint
    let delay: Duration
    /// How much of it the server has asked for.
    var demanded: Duration = .zero
  }

  /// A server cannot send a client away for longer than this.
  static let longestDemand: Duration = .seconds(300)

  private let endpoints: [GatewayEndpoint]
  private var index = 0
  private var failures = 0
  /// After `failures`, once they have gone round the list.
  private var pauses = RetryPauses.reconnecting
  /// What the server demanded, for the next attempt alone.
  private var demanded: Duration = .zero

  /// `endpoints` is not empty.
  init(endpoints: [GatewayEndpoint]) {
    self.endpoints = endpoints
  }

  /// The next attempt. `random` is in 0..<1.
  func next(random: Double) -> Attempt {
    let pause = failures < endpoints.count ? .zero : pauses.drawn(random: random)
    return Attempt(endpoint: endpoints[index % endpoints.count], delay: max(pause, demanded), demanded: demanded)
  }

  /// The connection stood long enough to be called good: pauses begin anew.
  mutating func succeeded() {
    beginAnew()
    demanded = .zero
  }

  /// An attempt or a connection failed; a server may have said when to come again.
  mutating func failed(retryAfter: Duration? = nil) {
    failures += 1
    if failures > endpoints.count, failures % endpoints.count == 0 { pauses.grow() }
    index = (index + 1) % endpoints.count
    demanded = min(retryAfter ?? .zero, Self.longestDemand)
  }

  /// The server goes away in good order: the next of the list, not before `pause`.
  mutating func drained(after pause: Duration) {
    beginAnew()
    index = (index + 1) % endpoints.count
    demanded = min(pause, Self.longestDemand)
  }

  private mutating func beginAnew() {
    failures = 0
    pauses = .reconnecting
  }
}
