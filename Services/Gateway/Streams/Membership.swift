// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import NIOCore
import Redis
import Synchronization
import Wire

/// Keeps the gateway known: its stream alive and its name in the set of gateways, renewed each second.
///
/// | key | type | what is done with it | life |
/// | --- | --- | --- | --- |
/// | `construct:gateway:ID` | stream | made, trimmed as far as it is read, deleted at the end | 60 s from each renewal |
/// | `construct:gateways` | sorted set | own member with the time of its expiry | 5 s from each renewal |
///
/// The time is Redis' own, so gateways and workers need not agree on one. When the connection to Redis is lost, or the
/// stream has gone, nothing that was written there counts any more: the event loops are told, the stream is made anew, the
/// gateway is announced again, and the event loops begin anew.
struct Membership: Sendable {
  let gateway: String
  let redis: RedisClient
  let place: StreamPlace
  let shards: [ShardHandle]
  let hub: GatewayHub
  let logger: Logger

  /// Milliseconds for which a gateway is believed to live without a renewal.
  static let leaseMilliseconds: UInt64 = 5_000
  /// Milliseconds after which the stream of a gateway that is gone is forgotten.
  static let streamMilliseconds = 60_000
  private static let renewal = Duration.seconds(1)

  /// What is known of Redis while it is there.
  private struct Standing {
    let generation: UInt64
    /// Redis' time in milliseconds, and the moment at which it was so.
    var time: UInt64
    var at: ContinuousClock.Instant

    var leaseEnd: UInt64 {
      time + UInt64(max(0, at.duration(to: .now) / .milliseconds(1))) + Membership.leaseMilliseconds
    }
  }

  private var stream: RedisArgument { .text(StreamName.gateway(gateway)) }

  /// Runs until the task is cancelled.
  /// - Parameter didJoin: called when the gateway is known for the first time.
  func run(didJoin: @Sendable () -> Void) async {
    var standing: Standing?
    var hasJoined = false
    while !Task.isCancelled {
      do {
        if let current = standing {
          standing = try await renew(current)
        } else {
          standing = try await join()
          if !hasJoined { didJoin() }
          hasJoined = true
        }
        if standing == nil { leaveStreams("the gateway's stream has gone") }
      } catch {
        if Task.isCancelled { return }
        if standing != nil { leaveStreams("\(error)") }
        standing = nil
      }
      // A loss is repaired at once, a server that is away is asked again soon.
      await hub.redisDoubt.wait(atMost: standing == nil ? .milliseconds(100) : Self.renewal)
    }
  }

  private func leaveStreams(_ reason: String) {
    hub.metrics.streamLosses.increment()
    logger.warning("the streams are lost", metadata: ["reason": "\(reason)"])
    for shard in shards { shard.execute { $0.streamsLost() } }
  }

  private func join() async throws(RedisError) -> Standing {
    let empty = GatewayEvents(frames: [], attachmentsWanted: [], worker: "").encoded()
    let replies = try await redis.send(pipeline: [
      RedisCommand("XADD", stream, "*", .text(StreamName.field), .bytes(empty)),
      RedisCommand("PEXPIRE", stream, .integer(Self.streamMilliseconds)),
      RedisCommand("TIME"),
    ])
    let standing = Standing(
      generation: redis.connectionGeneration, time: try Self.milliseconds(try replies[2].successful()), at: .now)
    let first = RedisStreamID(try replies[0].successful().textValue) ?? .zero
    // If the connection is already another one, this fails, and everything begins anew.
    _ = try await redis.send(pipeline: [announcement(standing)], onConnection: standing.generation)[0].successful()
    place.begin(at: first)
    logger.info("the gateway is known", metadata: ["gateway": "\(gateway)"])
    for shard in shards { shard.execute { $0.streamsReady(generation: standing.generation) } }
    return standing
  }

  /// - Returns: nil if the stream has gone.
  private func renew(_ standing: Standing) async throws(RedisError) -> Standing? {
    let read = place.current.position
    let replies = try await redis.send(
      pipeline: [
        RedisCommand("PEXPIRE", stream, .integer(Self.streamMilliseconds)),
        announcement(standing),
        RedisCommand("TIME"),
        RedisCommand(
          "XTRIM", stream, "MINID", .id(RedisStreamID(milliseconds: read.milliseconds, sequence: read.sequence + 1))),
      ], onConnection: standing.generation)
    guard try replies[0].successful().integerValue == 1 else { return nil }
    for reply in replies { _ = try reply.successful() }
    return Standing(generation: standing.generation, time: try Self.milliseconds(replies[2]), at: .now)
  }

  /// The gateway ends: it is no longer asked, and nothing more is written to it.
  func depart() async throws(RedisError) {
    let replies = try await redis.send(pipeline: [
      RedisCommand("ZREM", .text(StreamName.gateways), .text(gateway)),
      RedisCommand("DEL", stream),
    ])
    for reply in replies { _ = try reply.successful() }
  }

  private func announcement(_ standing: Standing) -> RedisCommand {
    RedisCommand("ZADD", .text(StreamName.gateways), .integer(standing.leaseEnd), .text(gateway))
  }

  /// The reply to TIME: seconds and microseconds.
  private static func milliseconds(_ reply: RedisReply) throws(RedisError) -> UInt64 {
    let parts = try reply.arrayValue
    guard parts.count == 2 else { return 0 }
    let (seconds, microseconds) = (try parts[0].textValue, try parts[1].textValue)
    return (UInt64(seconds) ?? 0) * 1_000 + (UInt64(microseconds) ?? 0) / 1_000
  }
}
