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
/// The time is Redis' own, so gateways and workers need not agree on one. When the connection to Redis is lost, when the
/// stream has gone, or when the lease has lapsed and workers have forgotten this gateway's devices, nothing that was
/// written counts any more: the event loops are told, the stream is made anew, the gateway is announced again, and the
/// event loops begin anew.
final class Membership: Sendable {
  private let gateway: String
  private let redis: RedisClient
  private let place: StreamPlace
  private let shards: [ShardHandle]
  private let hub: GatewayHub
  private let logger: Logger
  private let leaseMilliseconds: UInt64
  private let isLeaving = Atomic(false)
  private let hasLeft = Signal()

  /// Milliseconds after which the stream of a gateway that is gone is forgotten.
  static let streamMilliseconds = 60_000
  private static let renewal = Duration.seconds(1)

  /// What is known of Redis while it is there.
  private struct Standing {
    let generation: UInt64
    /// Redis' time in milliseconds, and the moment at which it was so.
    var time: UInt64
    var at: ContinuousClock.Instant
    /// The end of the lease that was announced last, in Redis' time.
    var leaseEnd: UInt64 = 0

    /// Redis' time now, as far as this machine's clock can tell.
    var now: UInt64 { time + UInt64(max(0, at.duration(to: .now) / .milliseconds(1))) }
  }

  private var stream: RedisArgument { .text(StreamName.gateway(gateway)) }

  /// - Parameter leaseMilliseconds: for which a gateway is believed to live without a renewal.
  init(
    redis: RedisClient, place: StreamPlace, shards: [ShardHandle], hub: GatewayHub, logger: Logger,
    leaseMilliseconds: UInt64
  ) {
    gateway = hub.name
    self.redis = redis
    self.place = place
    self.shards = shards
    self.hub = hub
    self.logger = logger
    self.leaseMilliseconds = leaseMilliseconds
  }

  /// Runs until ``leave()`` or until the task is cancelled.
  /// - Parameter didJoin: called when the gateway is known for the first time.
  func run(didJoin: @Sendable () -> Void) async {
    var standing: Standing?
    var hasJoined = false
    while !Task.isCancelled {
      if isLeaving.load(ordering: .acquiring) {
        await depart()
        return hasLeft.give()
      }
      standing = await keep(standing)
      if standing != nil, !hasJoined {
        hasJoined = true
        didJoin()
      }
      // A loss is repaired at once, a server that is away is asked again soon.
      await hub.redisDoubt.wait(atMost: standing == nil ? .milliseconds(100) : Self.renewal)
    }
  }

  /// Has `run` take the gateway off the list, and waits for that; nobody puts it there again afterwards.
  func leave() async {
    isLeaving.store(true, ordering: .releasing)
    hub.redisDoubt.give()
    await hasLeft.wait()
  }

  /// Joins or renews.
  /// - Returns: nil if there is nothing that could be renewed next.
  private func keep(_ standing: Standing?) async -> Standing? {
    do {
      guard let standing else { return try await join() }
      if let renewed = try await renew(standing) { return renewed }
      leaveStreams("the stream has gone, or the lease has lapsed")
    } catch {
      if standing != nil, !Task.isCancelled { leaveStreams("\(error)") }
    }
    return nil
  }

  private func leaveStreams(_ reason: String) {
    hub.metrics.streamLosses.increment()
    logger.warning("the streams are lost", metadata: ["reason": "\(reason)"])
    for shard in shards { shard.execute { $0.streamsLost() } }
  }

  private func join() async throws(RedisError) -> Standing {
    let empty = GatewayEvents(frames: [], attachmentsWanted: []).encoded()
    let replies = try await redis.send(pipeline: [
      RedisCommand("XADD", stream, "*", .text(StreamName.field), .bytes(empty)),
      RedisCommand("PEXPIRE", stream, .integer(Self.streamMilliseconds)),
      RedisCommand("TIME"),
    ])
    var standing = Standing(
      generation: redis.connectionGeneration, time: try Self.milliseconds(try replies[2].successful()), at: .now)
    let first = RedisStreamID(try replies[0].successful().textValue) ?? .zero
    standing.leaseEnd = standing.now + leaseMilliseconds
    // If the connection is already another one, this fails, and everything begins anew.
    _ = try await redis.send(
      pipeline: [announcement(until: standing.leaseEnd)], onConnection: standing.generation)[0].successful()
    place.begin(at: first)
    logger.info("the gateway is known", metadata: ["gateway": "\(gateway)"])
    for shard in shards { shard.execute { [standing] in $0.streamsReady(generation: standing.generation) } }
    return standing
  }

  /// - Returns: nil if the stream has gone or the lease had lapsed.
  private func renew(_ standing: Standing) async throws(RedisError) -> Standing? {
    let read = place.current.position
    let leaseEnd = standing.now + leaseMilliseconds
    let replies = try await redis.send(
      pipeline: [
        RedisCommand("PEXPIRE", stream, .integer(Self.streamMilliseconds)),
        RedisCommand("TIME"),
        announcement(until: leaseEnd),
        RedisCommand("XTRIM", stream, "MINID", .id(read.next)),
      ], onConnection: standing.generation)
    guard try replies[0].successful().integerValue == 1 else { return nil }
    let time = try Self.milliseconds(try replies[1].successful())
    // This process was stopped, or Redis could not be told, for so long that workers have given it up.
    if time >= standing.leaseEnd { return nil }
    var renewed = Standing(generation: standing.generation, time: time, at: .now, leaseEnd: leaseEnd)
    if let code = replies[2].errorCode {
      // A full Redis refuses to write; what stands there still counts until its end.
      logger.warning("Redis refuses the gateway's lease", metadata: ["error": "\(code)"])
      renewed.leaseEnd = standing.leaseEnd
    }
    return renewed
  }

  /// The gateway ends: it is no longer asked, and nothing more is written to it.
  private func depart() async {
    do {
      let replies = try await redis.send(pipeline: [
        RedisCommand("ZREM", .text(StreamName.gateways), .text(gateway)),
        RedisCommand("DEL", stream),
      ])
      for reply in replies { _ = try reply.successful() }
    } catch {
      logger.warning("the gateway could not be taken off the list", metadata: ["error": "\(error)"])
    }
  }

  private func announcement(until leaseEnd: UInt64) -> RedisCommand {
    RedisCommand("ZADD", .text(StreamName.gateways), .integer(leaseEnd), .text(gateway))
  }

  /// The reply to TIME: seconds and microseconds.
  private static func milliseconds(_ reply: RedisReply) throws(RedisError) -> UInt64 {
    let parts = try reply.arrayValue
    guard parts.count == 2 else { return 0 }
    let (seconds, microseconds) = (try parts[0].textValue, try parts[1].textValue)
    return (UInt64(seconds) ?? 0) * 1_000 + (UInt64(microseconds) ?? 0) / 1_000
  }
}
