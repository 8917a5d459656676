// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import Redis
import ServiceKit
import Wire

/// Reads the gateway's own stream and hands what is in it to the event loops of the connections it is for.
struct GatewayStreamReader: Sendable {
  let gateway: String
  let reader: RedisStreamReader
  let place: StreamPlace
  let shards: [ShardHandle]
  let hub: GatewayHub
  let logger: Logger

  /// Entries in one read; each holds up to `WireLimits.streamBatch` frames.
  private static let count = 256
  /// How long a read waits: also the longest time that it looks for a stream's former life.
  private static let blockMilliseconds = 1_000

  /// Runs until the task is cancelled.
  func run() async {
    let key = StreamName.gateway(gateway)
    var pause = RetryPause(longest: .milliseconds(500))
    while !Task.isCancelled {
      let start = place.current
      do {
        let streams = try await reader.read(
          streams: [(key, start.position)], count: Self.count, blockMilliseconds: Self.blockMilliseconds)
        let entries = streams.first?.entries ?? []
        dispatch(entries)
        if let last = entries.last { place.advance(to: last.id, life: start.life) }
        pause.reset()
      } catch {
        if Task.isCancelled { return }
        logger.warning("the gateway's stream cannot be read", metadata: ["error": "\(error)"])
        hub.redisDoubt.give()
        guard await pause.wait() else { return }
      }
    }
  }

  private func dispatch(_ entries: [RedisStreamEntry]) {
    var frames = [[OutboundFrame]](repeating: [], count: shards.count)
    var wanted: Set<Partition> = []
    for entry in entries {
      guard let record = entry.value(StreamName.field) else { continue }
      do throws(WireError) {
        let events = try GatewayEvents(encoded: record)
        for frame in events.frames {
          let shard = GatewayHub.shard(of: frame.connection)
          if shard < frames.count { frames[shard].append(frame) }
        }
        wanted.formUnion(events.attachmentsWanted.compactMap { Partition($0) })
      } catch {
        hub.metrics.malformedEvents.increment()
        logger.error("an entry of the gateway's stream is malformed", metadata: ["error": "\(error)"])
      }
    }
    for (shard, frames) in zip(shards, frames) where !frames.isEmpty || !wanted.isEmpty {
      shard.execute { [wanted] shard in
        shard.deliver(frames)
        if !wanted.isEmpty { shard.attachAll { wanted.contains($0) } }
      }
    }
  }
}
