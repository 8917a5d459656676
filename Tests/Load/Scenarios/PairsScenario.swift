// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// Sessions in pairs that write to each other: in a closed loop with so many messages in flight, or in an open loop at a
/// given rate, whose latencies count from the time at which a message was due.
struct PairsScenario: Sendable {
  let fleet: Fleet
  let processes: [MeasuredProcess]
  /// Gateway memory before any session was connected.
  let before: ProcessUsage
  let pace: LoadPace
  let warmUpSeconds: Int
  let seconds: Int
  let size: Int

  func run(progress: (String) -> Void) async throws -> LoadReport {
    let connected = ProcessUsage(of: processes)
    try await begin()
    try await watch(warmUpSeconds, "warming up", progress)
    try await fleet.forEach { $0.beginMeasuring() }
    let start = (tally: try await fleet.tally(), usage: ProcessUsage(of: processes), at: NIODeadline.now())
    try await watch(seconds, "measuring", progress)
    let end = (tally: try await fleet.tally(), usage: ProcessUsage(of: processes), at: NIODeadline.now())
    try await fleet.forEach { $0.set(.stopped) }
    let missing = try await drain()
    let total = try await fleet.tally()
    return LoadReport(
      scenario: "pairs", sessions: fleet.sessions, size: size, start: start, end: end, total: total, lost: missing,
      idleConnectionKiB: connected.growth(of: "gateway", since: before) / Double(fleet.sessions))
  }

  private func begin() async throws {
    let now = NIODeadline.now()
    switch pace {
    case .inFlight(let count): try await fleet.forEach { $0.set(.inFlight(count)) }
    case .rate(let perSecond):
      let interval = TimeAmount.nanoseconds(Int64(1e9 * Double(fleet.sessions) / perSecond))
      // Spread over the first interval.
      let sessions = Int64(fleet.sessions)
      try await fleet.forEach {
        $0.set(.every(interval, next: now + .nanoseconds(interval.nanoseconds * Int64($0.number) / sessions)))
      }
    }
  }

  private func watch(_ seconds: Int, _ what: String, _ progress: (String) -> Void) async throws {
    var last = try await fleet.tally()
    for second in 0..<seconds {
      try await Task.sleep(for: .seconds(1))
      let now = try await fleet.tally()
      progress("\(what): \(second + 1) of \(seconds) s, \(now.delivered - last.delivered) delivered a second")
      last = now
      if let code = now.refused.first(where: { $0.value > 0 }), now.delivered == 0 {
        throw LoadError("the server refuses everything: \(code.key)")
      }
    }
  }

  /// Waits until everything has come, for 20 seconds at most.
  /// - Returns: what was accepted and has not come.
  private func drain() async throws -> UInt64 {
    for _ in 0..<200 {
      if try await fleet.outstanding().isQuiet { return 0 }
      try await Task.sleep(for: .milliseconds(100))
    }
    return try await fleet.outstanding().missing
  }
}

/// How fast a load is.
enum LoadPace: Sendable {
  /// Closed loop: messages in flight of each session.
  case inFlight(Int)
  /// Open loop: messages a second of all sessions together.
  case rate(Double)
}
