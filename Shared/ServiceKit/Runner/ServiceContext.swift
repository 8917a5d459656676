// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import Logging
public import Postgres
public import Redis

/// What every service gets: made by ``ServiceRunner`` from the process's configuration, and by tests from memory.
public struct ServiceContext: Sendable {
  /// What the service is called, for example `auth`.
  public let name: String
  /// Names this process start: the service's name, a hyphen and 16 random hexadecimal digits.
  public let instance: String
  /// Scoped to `construct`; see docs/configuration.md.
  public let configuration: ConfigReader
  /// The server's domain, in lower case.
  public let domain: String
  /// Every line has the instance.
  public let logger: Logger
  public let postgres: PostgresPool
  public let redis: RedisClient
  /// For connections of one's own, for example a `RedisStreamReader`.
  public let redisConfiguration: RedisConfiguration
  public let health: HealthRegistry
  /// The routes of this process's HTTP port.
  public let http: HTTPRoutes
  public let clock: WallClock

  public init(
    name: String,
    configuration: ConfigReader,
    domain: String,
    logger: Logger,
    postgres: PostgresPool,
    redis: RedisClient,
    redisConfiguration: RedisConfiguration,
    health: HealthRegistry = HealthRegistry(),
    http: HTTPRoutes = HTTPRoutes(),
    clock: WallClock = .system
  ) {
    self.name = name
    let instance = name + "-" + [UInt8].random(count: 8).hexadecimal
    self.instance = instance
    self.configuration = configuration
    self.domain = domain
    var logger = logger
    logger[metadataKey: "instance"] = "\(instance)"
    self.logger = logger
    self.postgres = postgres
    self.redis = redis
    self.redisConfiguration = redisConfiguration
    self.health = health
    self.http = http
    self.clock = clock
  }
}
