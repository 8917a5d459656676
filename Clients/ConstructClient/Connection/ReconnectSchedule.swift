// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Which gateway to try next, and when: the next of the list at once, and after each whole round a pause that doubles.
///
/// A pause is drawn between half and all of its length, so that the clients of a server that comes back do not arrive
/// in step. Value type without clock and without I/O: the run loop asks and waits.
struct ReconnectSchedule: Sendable {
  struct Attempt: Equatable, Sendable {
    let endpoint: GatewayEndpoint
    let delay: Duration
  }

  static let firstPause: Duration = .milliseconds(500)
  static let longestPause: Duration = .seconds(60)
  /// A server cannot send a client away for longer than this.
  static let longestDemand: Duration = .seconds(300)

  private let endpoints: [GatewayEndpoint]
  private var index = 0
  private var failures = 0
  /// What the server demanded, for the next attempt alone.
  private var demanded: Duration = .zero

  /// `endpoints` is not empty.
  init(endpoints: [GatewayEndpoint]) {
    self.endpoints = endpoints
  }

  /// The next attempt. `random` is in 0..<1.
  func next(random: Double) -> Attempt {
    let rounds = failures / endpoints.count
    var pause: Duration = .zero
    if rounds > 0 {
      let longest = rounds < 12 ? min(Self.firstPause * (1 << (rounds - 1)), Self.longestPause) : Self.longestPause
      pause = longest * (0.5 + random / 2)
    }
    return Attempt(endpoint: endpoints[index % endpoints.count], delay: max(pause, demanded))
  }

  /// The connection stood long enough to be called good: pauses begin anew.
  mutating func succeeded() {
    failures = 0
    demanded = .zero
  }

  /// An attempt or a connection failed; a server may have said when to come again.
  mutating func failed(retryAfter: Duration? = nil) {
    failures += 1
    index = (index + 1) % endpoints.count
    demanded = min(retryAfter ?? .zero, Self.longestDemand)
  }

  /// The server goes away in good order: the next of the list, not before `pause`.
  mutating func drained(after pause: Duration) {
    failures = 0
    index = (index + 1) % endpoints.count
    demanded = min(pause, Self.longestDemand)
  }
}
