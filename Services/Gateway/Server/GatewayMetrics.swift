// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization
import Wire

/// The gateway's metrics. Every label has a bounded set of values: kinds of frames and codes of the catalogue.
final class GatewayMetrics: Sendable {
  /// Counters by kind of frame.
  struct FrameCounters: Sendable {
    private let counters: [Counter?]
    private let unknown: Counter

    init(_ label: String) {
      let known = Dictionary(uniqueKeysWithValues: FrameKind.allCases.map { (Int($0.rawValue), "\($0)") })
      counters = (0...(known.keys.max() ?? 0)).map { number in
        known[number].map { Counter(label: label, dimensions: [("kind", $0)]) }
      }
      unknown = Counter(label: label, dimensions: [("kind", "unknown")])
    }

    /// - Parameter counts: by raw kind; what has no name counts as unknown.
    func add(_ counts: [UInt64]) {
      for (kind, count) in counts.enumerated() where count > 0 {
        let counter = kind < counters.count ? counters[kind] : nil
        (counter ?? unknown).increment(by: Int64(count))
      }
    }
  }

  let received = FrameCounters("construct_gateway_frames_received")
  let sent = FrameCounters("construct_gateway_frames_sent")
  let receivedBytes = Counter(label: "construct_gateway_received_bytes")
  let slowReaders = Counter(label: "construct_gateway_slow_readers")
  let appendFailures = Counter(label: "construct_gateway_append_failures")
  let connections = Meter(label: "construct_gateway_connections")
  let refusedConnections = Counter(label: "construct_gateway_connections_refused")
  let batchCommands = Recorder(label: "construct_gateway_append_commands")
  let appendTime = Timer(label: "construct_gateway_append")
  let streamLosses = Counter(label: "construct_gateway_stream_losses")
  let malformedEvents = Counter(label: "construct_gateway_malformed_events")
  /// What the event loops last said of themselves, by loop.
  private let shards = Mutex<[Int: (authenticated: Int, outstanding: Int, waitingBytes: Int)]>([:])
  private let authenticated = Meter(label: "construct_gateway_authenticated_connections")
  private let outstanding = Meter(label: "construct_gateway_outstanding_requests")
  private let waitingBytes = Meter(label: "construct_gateway_append_waiting_bytes")
  private let failureCounters: [FailureCode: Counter]
  private let otherFailures = Counter(label: "construct_gateway_failures", dimensions: [("code", "other")])

  init() {
    failureCounters = Dictionary(
      uniqueKeysWithValues: FailureCode.catalogue.map {
        ($0.code, Counter(label: "construct_gateway_failures", dimensions: [("code", $0.name)]))
      })
  }

  func failures(of code: FailureCode) -> Counter { failureCounters[code] ?? otherFailures }

  func shard(_ index: Int, authenticated: Int, outstanding: Int, waitingBytes: Int) {
    let sums = shards.withLock { shards in
      shards[index] = (authenticated, outstanding, waitingBytes)
      return shards.values.reduce((0, 0, 0)) { ($0.0 + $1.0, $0.1 + $1.1, $0.2 + $1.2) }
    }
    self.authenticated.set(sums.0)
    self.outstanding.set(sums.1)
    self.waitingBytes.set(sums.2)
  }
}
