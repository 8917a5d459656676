// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// What happened to the messages of a run, or of a part of it.
struct Tally: Sendable {
  var sent: UInt64 = 0
  var accepted: UInt64 = 0
  /// Messages that came for the first time.
  var delivered: UInt64 = 0
  var duplicated: UInt64 = 0
  var misordered: UInt64 = 0
  /// Deliveries that came again under their old number, which a client knows by it: no duplicates.
  var redelivered: UInt64 = 0
  /// Deliveries behind one that was lost on its way.
  var gaps: UInt64 = 0
  /// From the time a message was due to its delivery, and to its acceptance.
  var delivery = LatencyHistogram()
  var acceptance = LatencyHistogram()
  /// Refusals by name of their code.
  var refused: [String: UInt64] = [:]
  var closedConnections: UInt64 = 0

  /// Starts to measure: what has to balance at the end goes on being counted.
  mutating func beginMeasuring() {
    delivery = LatencyHistogram()
    acceptance = LatencyHistogram()
  }

  mutating func add(_ other: Tally) {
    sent += other.sent
    accepted += other.accepted
    delivered += other.delivered
    duplicated += other.duplicated
    misordered += other.misordered
    redelivered += other.redelivered
    gaps += other.gaps
    delivery.add(other.delivery)
    acceptance.add(other.acceptance)
    refused.merge(other.refused, uniquingKeysWith: +)
    closedConnections += other.closedConnections
  }
}
