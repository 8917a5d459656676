// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Redis
public import ServiceKit
public import ServiceLifecycle
public import Wire

/// One gateway, from its listening socket to its last connection.
///
/// Registers the readiness check `listening`: it is known in Redis and takes connections.
public final class Gateway: Service {
  private let configuration: GatewayConfiguration
  private let logger: Logger
  private let redis: RedisClient
  private let redisConfiguration: RedisConfiguration
  private let hub: GatewayHub
  private let tls: NIOSSLContext?
  private let presence = Presence()
  private let joined = Signal()
  private let isStreamMade = Signal()

  /// - Parameter verify: says whom a token is for; ``TokenKeyStore/verify(_:)``.
  public init(
    context: ServiceContext, configuration: GatewayConfiguration,
    verify: @escaping @Sendable (String) async throws(Failure) -> AccessToken
  ) async throws {
    self.configuration = configuration
    logger = context.logger
    redis = context.redis
    redisConfiguration = context.redisConfiguration
    tls = try configuration.tls?.context()
    let buckets = DeviceBuckets(rate: configuration.deviceRate, limiter: RateLimiter(redis: context.redis))
    hub = GatewayHub(
      name: "gw-" + [UInt8].random(count: 8).hexadecimal,
      settings: ConnectionSettings(
        domain: context.domain, timing: configuration.timing, sendPortion: configuration.deviceRate.portion),
      appendLimits: configuration.appendLimits,
      connectionLimits: ConnectionLimits(
        all: configuration.maximumConnections, oneAddress: configuration.addressConnections),
      clock: context.clock, origins: ClientOrigin(secret: configuration.secret),
      strangers: AddressBuckets(rate: configuration.addressRate),
      tokens: TokenQueue(capacity: configuration.maximumConnections, buckets: buckets, verify: verify),
      portions: PortionQueue(capacity: configuration.maximumConnections, buckets: buckets))
    context.health.register("listening") { [weak self] in self?.port != nil }
  }

  /// What delivery knows this gateway by.
  public var name: String { hub.name }

  /// The port that it listens at; nil before and after.
  public var port: Int? { presence.port }

  /// Waits until connections are taken.
  /// - Returns: the port.
  /// - Throws: `CancellationError` if the gateway has ended.
  public func listeningPort() async throws -> Int { try await presence.whenListening() }

  public func run() async throws {
    defer { presence.end() }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoops)
    do {
      try await run(on: group)
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
  }

  private func run(on group: MultiThreadedEventLoopGroup) async throws {
    let pumps = (0..<configuration.eventLoops).map { _ in
      AppendPump(gateway: hub.name, redis: redis, metrics: hub.metrics, logger: logger)
    }
    let shards = try await makeShards(on: group, pumps: pumps)
    let place = StreamPlace()
    let reader = RedisStreamReader(redisConfiguration)
    let membership = Membership(
      redis: redis, place: place, shards: shards, hub: hub, logger: logger,
      leaseMilliseconds: configuration.leaseMilliseconds)
    let events = GatewayStreamReader(
      gateway: hub.name, reader: reader, place: place, shards: shards, hub: hub, logger: logger)
    let listener = Listener(
      group: group, hub: hub, shards: shards, tls: tls, outboundBytes: configuration.outboundBytes)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for pump in pumps { tasks.addTask { await pump.run() } }
      tasks.addTask { await self.hub.tokens.run() }
      tasks.addTask { await self.hub.portions.run() }
      tasks.addTask {
        await membership.run {
          self.isStreamMade.give()
          self.joined.give()
        }
      }
      tasks.addTask {
        await self.isStreamMade.wait()
        await events.run()
      }
      defer { tasks.cancelAll() }
      try await serve(listener, shards: shards, membership: membership)
    }
    for shard in shards { try await shard.submit { $0.stop() } }
    await reader.shutdown()
  }

  private func makeShards(on group: MultiThreadedEventLoopGroup, pumps: [AppendPump]) async throws -> [ShardHandle] {
    var shards: [ShardHandle] = []
    for (index, (eventLoop, pump)) in zip(group.makeIterator(), pumps).enumerated() {
      shards.append(
        try await eventLoop.submit { [hub] in
          let shard = Shard(index: index, eventLoop: eventLoop, hub: hub, pump: pump)
          shard.start()
          return ShardHandle(shard, eventLoop: eventLoop)
        }.get())
    }
    return shards
  }

  private func serve(_ listener: Listener, shards: [ShardHandle], membership: Membership) async throws {
    try await untilShutdown { await self.joined.wait() }
    if Task.isShuttingDownGracefully { return }
    let socket = try await listener.bind(host: configuration.host, port: configuration.port)
    let port = socket.localAddress?.port ?? configuration.port
    presence.begin(port: port)
    logger.info("listening", metadata: ["port": "\(port)", "tls": "\(tls != nil)"])
    do {
      try await gracefulShutdown()
    } catch {
      // Cancelled: there is no time to say good-bye.
      presence.end()
      for shard in shards { shard.execute { $0.cut() } }
      try await socket.close()
      throw error
    }
    presence.end()
    try await socket.close()
    try await Drain(shards: shards, hub: hub, patience: configuration.drainTime, logger: logger).run()
    await membership.leave()
  }
}
