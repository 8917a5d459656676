// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Wire

/// What one event loop has counted since it last told the metrics, so that a message costs an addition and no lock.
struct Tally {
  /// By raw kind of frame; the last place is for kinds that this version does not know.
  private var received = [UInt64](repeating: 0, count: Self.kinds + 1)
  private var sent = [UInt64](repeating: 0, count: Self.kinds + 1)
  private var failures: [UInt64: UInt64] = [:]
  var receivedBytes: UInt64 = 0
  var slowReaders: UInt64 = 0
  var appendFailures: UInt64 = 0

  private static let kinds = Int(FrameKind.allCases.map(\.rawValue).max() ?? 0) + 1

  mutating func receive(_ message: [UInt8]) {
    receivedBytes += UInt64(message.count)
    // A frame begins with a map's head, the field number 1 and its kind, which is below 128 for all that exist.
    let kind = message.count > 2 && message[1] == 1 ? Int(message[2]) : Self.kinds
    received[min(kind, Self.kinds)] += 1
  }

  mutating func send(kind: UInt64) {
    sent[Int(min(kind, UInt64(Self.kinds)))] += 1
  }

  mutating func fail(_ code: FailureCode) {
    failures[code.number, default: 0] += 1
  }

  /// Adds everything to the metrics and begins at zero.
  mutating func publish(to metrics: GatewayMetrics) {
    metrics.received.add(received)
    metrics.sent.add(sent)
    for (code, count) in failures { metrics.failures(of: FailureCode(code)).increment(by: Int64(count)) }
    metrics.receivedBytes.increment(by: Int64(receivedBytes))
    metrics.slowReaders.increment(by: Int64(slowReaders))
    metrics.appendFailures.increment(by: Int64(appendFailures))
    self = Tally()
  }
}
