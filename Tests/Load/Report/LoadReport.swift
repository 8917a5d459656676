// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// What a run has shown: one JSON object, or a table for people.
struct LoadReport: Encodable, Sendable {
  struct Latency: Encodable, Sendable {
    let p50: Double
    let p95: Double
    let p99: Double
    let max: Double

    /// In milliseconds.
    init(_ histogram: LatencyHistogram) {
      func milliseconds(_ nanoseconds: UInt64) -> Double { (Double(nanoseconds) / 1_000).rounded() / 1_000 }
      p50 = milliseconds(histogram.quantile(0.5))
      p95 = milliseconds(histogram.quantile(0.95))
      p99 = milliseconds(histogram.quantile(0.99))
      max = milliseconds(histogram.maximum)
    }
  }

  let scenario: String
  let sessions: Int
  let messageBytes: Int
  let seconds: Double
  let deliveredPerSecond: Double
  /// Of all measured processes together.
  let serverCpuMicrosecondsPerMessage: Double
  let serverCpuMicrosecondsPerMessageByProcess: [String: Double]
  /// From the sender's send to the recipient's socket.
  let latencyMilliseconds: Latency
  /// From the sender's send to `accepted`.
  let acceptedLatencyMilliseconds: Latency
  /// By how much the gateway's own memory grew with each connection.
  let idleConnectionKiB: Double
  let memoryKiB: [String: Double]
  let sent: UInt64
  let accepted: UInt64
  let delivered: UInt64
  let lost: UInt64
  let duplicated: UInt64
  let misordered: UInt64
  let redelivered: UInt64
  let gaps: UInt64
  let refused: [String: UInt64]
  let closedConnections: UInt64

  typealias Sample = (tally: Tally, usage: ProcessUsage, at: NIODeadline)

  init(
    scenario: String, sessions: Int, size: Int, start: Sample, end: Sample, total: Tally, lost: UInt64,
    idleConnectionKiB: Double
  ) {
    self.scenario = scenario
    self.sessions = sessions
    messageBytes = size
    seconds = (Double((end.at - start.at).nanoseconds) / 1e6).rounded() / 1_000
    let messages = Double(end.tally.delivered - start.tally.delivered)
    deliveredPerSecond = (messages / Double((end.at - start.at).nanoseconds) * 1e10).rounded() / 10
    var byProcess: [String: Double] = [:]
    for (name, used) in end.usage.cpuMicroseconds {
      let spent = used - (start.usage.cpuMicroseconds[name] ?? 0)
      byProcess[name] = messages > 0 ? (spent / messages * 100).rounded() / 100 : 0
    }
    serverCpuMicrosecondsPerMessageByProcess = byProcess
    serverCpuMicrosecondsPerMessage = (byProcess.values.reduce(0, +) * 100).rounded() / 100
    latencyMilliseconds = Latency(end.tally.delivery)
    acceptedLatencyMilliseconds = Latency(end.tally.acceptance)
    self.idleConnectionKiB = (idleConnectionKiB * 10).rounded() / 10
    memoryKiB = end.usage.memoryKiB
    sent = total.sent
    accepted = total.accepted
    delivered = total.delivered
    self.lost = lost
    duplicated = total.duplicated
    misordered = total.misordered
    redelivered = total.redelivered
    gaps = total.gaps
    refused = total.refused
    closedConnections = total.closedConnections
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  func table() -> String {
    func latency(_ latency: Latency) -> String {
      "p50 \(latency.p50)  p95 \(latency.p95)  p99 \(latency.p99)  max \(latency.max)"
    }
    var rows = [
      ("delivered a second", "\(deliveredPerSecond)"),
      ("server CPU, µs a message", "\(serverCpuMicrosecondsPerMessage)"),
    ]
    for (name, used) in serverCpuMicrosecondsPerMessageByProcess.sorted(by: { $0.value > $1.value }) {
      rows.append(("  " + name, "\(used)"))
    }
    rows += [
      ("latency, ms", latency(latencyMilliseconds)), ("to accepted, ms", latency(acceptedLatencyMilliseconds)),
      ("gateway memory a connection, KiB", "\(idleConnectionKiB)"),
      ("sent, accepted, delivered", "\(sent), \(accepted), \(delivered)"),
      ("lost, duplicated, misordered", "\(lost), \(duplicated), \(misordered)"),
    ]
    if !refused.isEmpty {
      rows.append(
        ("refused", refused.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")))
    }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { $0.0.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
  }
}
