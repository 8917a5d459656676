// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Metrics
import Redis
import ServiceKit
import ServiceLifecycle
import Wire

/// Writes effects to the streams of gateways and to the push relay's queue.
///
/// | key | type | written by | read by | life |
/// | --- | --- | --- | --- | --- |
/// | `construct:gateway:ID` | stream | this and every service | that gateway | trimmed as read; ends with the gateway |
/// | `construct:queue:push` | stream | this; gateways | any push relay | entries deleted when done |
///
/// Nothing here is the truth: what cannot be written was for a gateway that is gone, and is sent again when its device
/// attaches elsewhere, asks again, or has not acknowledged it for too long.
struct EffectsWriter: Sendable {
  /// Bytes of frames in one round trip.
  static let roundTripBytes = 8 << 20
  /// Entries of the push queue beyond which nothing is added.
  static let pushQueueLength: Int64 = 100_000

  let redis: RedisClient
  let gateways: GatewayEventWriter
  let logger: Logger

  private let undeliverable = Counter(label: "construct.delivery.undeliverable.frames")
  private let lost = Counter(label: "construct.delivery.lost.round.trips")
  private let unpushed = Counter(label: "construct.delivery.dropped.wakeups")

  init(redis: RedisClient, logger: Logger) {
    self.redis = redis
    gateways = GatewayEventWriter(redis: redis)
    self.logger = logger
  }

  /// Tries a few times. Repeating what may have been written already does no harm:
  /// answers that nobody waits for are dropped, and devices know what they have by its sequence.
  func write(_ effects: DeliveryEffects) async {
    await repeatedly { try await wake(effects.wakeUps) }
    for events in Self.roundTrips(effects.frames) { await repeatedly { try await send(events) } }
  }

  /// Asks gateways for the devices that are connected to them.
  func ask(for partitions: Set<Partition>, gateways names: Set<String>, worker: String) async throws {
    guard !partitions.isEmpty, !names.isEmpty else { return }
    let wanted = partitions.sorted().map(\.number)
    let events = GatewayEvents(frames: [], attachmentsWanted: wanted, worker: worker)
    _ = try await gateways.send(names.sorted().map { ($0, events) })
  }

  private func send(_ events: [(gateway: String, events: GatewayEvents)]) async throws {
    for (outcome, sent) in zip(try await gateways.send(events), events) where outcome != .appended {
      undeliverable.increment(by: sent.events.frames.count)
      if outcome == .full { logger.warning("a gateway does not read its stream") }
    }
  }

  private func wake(_ devices: [DeviceAddress: Bool]) async throws {
    guard !devices.isEmpty else { return }
    let queue = RedisArgument.text(StreamName.pushQueue)
    guard try await redis.send(RedisCommand("XLEN", queue)).integerValue < Self.pushQueueLength else {
      unpushed.increment(by: devices.count)
      return
    }
    let wakeUps = devices.map { WakeUp(account: $0.key.account, device: $0.key.device, isUrgent: $0.value) }
    let entries = stride(from: 0, to: wakeUps.count, by: WireLimits.streamBatch).map { start in
      PushRequest(wakeUps: Array(wakeUps[start..<min(start + WireLimits.streamBatch, wakeUps.count)]))
    }
    let commands = entries.map {
      RedisCommand("XADD", queue, "*", .text(StreamName.wakeUpField), .bytes($0.encoded()))
    }
    for reply in try await redis.send(pipeline: commands) { _ = try reply.successful() }
  }

  /// Gives up after three seconds, because the loop has streams to trim and leases to watch.
  private func repeatedly(_ body: () async throws -> Void) async {
    var pause = RetryPause(attempts: 6)
    while true {
      do { return try await body() } catch {
        logger.warning("effects wait for Redis", metadata: ["error": "\(error)"])
      }
      guard !Task.isShuttingDownGracefully, await pause.wait() else {
        lost.increment()
        return
      }
    }
  }

  /// Events for gateways in the order of each one's frames, cut so that no round trip is larger than the bound.
  static func roundTrips(_ frames: [String: [OutboundFrame]]) -> [[(gateway: String, events: GatewayEvents)]] {
    var trips: [[(gateway: String, events: GatewayEvents)]] = []
    var size = roundTripBytes
    for (gateway, frames) in frames.sorted(by: { $0.key < $1.key }) {
      var isBegun = false
      for frame in frames {
        if size + frame.body.count > roundTripBytes {
          trips.append([])
          size = 0
          isBegun = false
        }
        if !isBegun {
          trips[trips.count - 1].append((gateway, GatewayEvents(frames: [], attachmentsWanted: [], worker: "")))
          isBegun = true
        }
        let last = trips[trips.count - 1].count - 1
        trips[trips.count - 1][last].events.frames.append(frame)
        size += frame.body.count
      }
    }
    return trips
  }
}
