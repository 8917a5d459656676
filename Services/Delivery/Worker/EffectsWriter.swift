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
/// Nothing here is the truth: what cannot be written is told to the caller, who does not let anything overtake it and
/// sends it again, unless its device attaches elsewhere before.
struct EffectsWriter: Sendable {
  typealias Events = (gateway: String, events: GatewayEvents)

  /// Bytes of frames in one round trip.
  static let roundTripBytes = 8 << 20
  /// Entries of the push queue beyond which nothing is added.
  static let pushQueueLength: Int64 = 100_000

  let redis: RedisClient
  let gateways: GatewayEventWriter
  let logger: Logger

  private let undeliverable = Counter(label: "construct_delivery_undeliverable_frames")
  private let lostRoundTrips = Counter(label: "construct_delivery_lost_round_trips")
  private let unpushed = Counter(label: "construct_delivery_deferred_wakeups")

  init(redis: RedisClient, logger: Logger) {
    self.redis = redis
    gateways = GatewayEventWriter(redis: redis)
    self.logger = logger
  }

  /// Tries a few times. Repeating what may have been written already does no harm:
  /// answers that nobody waits for are dropped, and devices know what they have by its sequence.
  /// - Returns: the connections for which something was given up; nothing that came behind it was written to them.
  func write(_ effects: DeliveryEffects) async -> Set<DeviceConnection> {
    await wake(effects.wakeUps)
    var lost: Set<DeviceConnection> = []
    for trip in Self.roundTrips(effects.frames) {
      let rest = Self.rest(of: trip, behind: lost)
      let unsent = await repeatedly { try await send(rest) } ?? rest
      for (gateway, events) in unsent {
        lost.formUnion(events.unasked.map { DeviceConnection(gateway: gateway, number: $0.connection) })
      }
    }
    return lost
  }

  /// Asks gateways for the devices that are connected to them.
  /// - Returns: those that could not be asked because they do not read their streams.
  func ask(for partitions: Set<Partition>, gateways names: Set<String>) async throws -> Set<String> {
    guard !partitions.isEmpty, !names.isEmpty else { return [] }
    let wanted = partitions.sorted().map(\.number)
    let events = GatewayEvents(frames: [], attachmentsWanted: wanted)
    let sorted = names.sorted()
    let outcomes = try await gateways.send(sorted.map { ($0, events) })
    return Set(zip(sorted, outcomes).filter { $0.1 == .full }.map(\.0))
  }

  /// - Returns: what was not appended.
  private func send(_ events: [Events]) async throws -> [Events] {
    var unsent: [Events] = []
    for (outcome, sent) in zip(try await gateways.send(events), events) where outcome != .appended {
      undeliverable.increment(by: sent.events.frames.count)
      if outcome == .full { logger.warning("a gateway does not read its stream") }
      unsent.append(sent)
    }
    return unsent
  }

  /// Hands wake-ups to the push relay, in one attempt: what fails stays due in PostgreSQL, see `WakeUpStore`.
  /// - Returns: whether its queue has all of them.
  @discardableResult
  func wake(_ devices: [DeviceAddress: Bool]) async -> Bool {
    guard !devices.isEmpty else { return true }
    do {
      if try await append(devices) { return true }
      logger.warning("the push relay does not read its queue")
    } catch {
      logger.warning("wake-ups wait for Redis", metadata: ["error": "\(error)"])
    }
    unpushed.increment(by: devices.count)
    return false
  }

  /// - Returns: false if the queue is at its bound.
  private func append(_ devices: [DeviceAddress: Bool]) async throws(RedisError) -> Bool {
    let queue = RedisArgument.text(StreamName.pushQueue)
    guard try await redis.send(RedisCommand("XLEN", queue)).integerValue < Self.pushQueueLength else { return false }
    let wakeUps = devices.map { WakeUp(account: $0.key.account, device: $0.key.device, isUrgent: $0.value) }
    let entries = stride(from: 0, to: wakeUps.count, by: WireLimits.streamBatch).map { start in
      PushRequest(wakeUps: Array(wakeUps[start..<min(start + WireLimits.streamBatch, wakeUps.count)]))
    }
    let commands = entries.map {
      RedisCommand("XADD", queue, "*", .text(StreamName.wakeUpField), .bytes($0.encoded()))
    }
    for reply in try await redis.send(pipeline: commands) { _ = try reply.successful() }
    return true
  }

  /// Gives up after three seconds, because the loop has streams to trim and leases to watch.
  /// - Returns: nil if it was given up.
  private func repeatedly<Result>(_ body: () async throws -> Result) async -> Result? {
    var pause = RetryPause(attempts: 6)
    while true {
      do { return try await body() } catch {
        logger.warning("effects wait for Redis", metadata: ["error": "\(error)"])
      }
      guard !Task.isShuttingDownGracefully, await pause.wait() else {
        lostRoundTrips.increment()
        return nil
      }
    }
  }

  /// Events for gateways in the order of each one's frames, cut so that no round trip is larger than the bound.
  static func roundTrips(_ frames: [String: [OutboundFrame]]) -> [[Events]] {
    var trips: [[Events]] = []
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
          trips[trips.count - 1].append((gateway, GatewayEvents(frames: [], attachmentsWanted: [])))
          isBegun = true
        }
        let last = trips[trips.count - 1].count - 1
        trips[trips.count - 1][last].events.frames.append(frame)
        size += frame.body.count
      }
    }
    return trips
  }

  /// Without deliveries that would overtake what was lost before them. Answers go out all the same.
  static func rest(of trip: [Events], behind lost: Set<DeviceConnection>) -> [Events] {
    guard !lost.isEmpty else { return trip }
    return trip.compactMap { gateway, events in
      var rest = events
      rest.frames.removeAll { frame in
        frame.isUnasked && lost.contains(DeviceConnection(gateway: gateway, number: frame.connection))
      }
      return rest.frames.isEmpty ? nil : (gateway, rest)
    }
  }
}

extension GatewayEvents {
  /// Frames whose order matters.
  fileprivate var unasked: [OutboundFrame] { frames.filter(\.isUnasked) }
}

extension OutboundFrame {
  /// Whether it answers no request: a delivery, or the end of them.
  fileprivate var isUnasked: Bool { request == 0 }
}
