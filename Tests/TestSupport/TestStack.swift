// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Logging
public import Postgres
public import Redis
public import ServiceKit
import Synchronization

/// A PostgreSQL database and a Redis database for one test, and contexts for any services on them.
///
/// At most ``maximumLive`` of them are there at one time in a process; a test that wants one more waits, so a test has one.
public final class TestStack: Sendable {
  public static let maximumLive = 6
  public static let domain = "test.example"

  private static let limit = TestLimit(maximumLive)

  /// The test's own connections, for looking and for setting things up.
  public let postgres: PostgresPool
  public let redis: RedisClient
  public let postgresConfiguration: PostgresConfiguration
  public let redisConfiguration: RedisConfiguration
  /// What every service of this stack logs.
  public let log = CapturedLog()
  let environment: TestEnvironment
  private let database: String
  let redisDatabase: Int
  private let redisDatabases: TestRedisDatabases
  private let tokenSecret = [UInt8].random(count: 32).hexadecimal
  private let gatewaySecret = [UInt8].random(count: 32).hexadecimal
  private let pushSecret = [UInt8].random(count: 32).hexadecimal
  private let contexts = Mutex<[ServiceContext]>([])
  private let proxies = Mutex<[TestProxies]>([])
  private let down = Mutex(false)

  /// Lends a stack for the time of `body`, and takes everything down after it.
  @discardableResult
  public static func with<T: Sendable>(_ body: (TestStack) async throws -> T) async throws -> T {
    let stack = try await make()
    do {
      let value = try await body(stack)
      try await stack.shutdown()
      return value
    } catch let finding where !stack.isDown {
      do { try await stack.shutdown() } catch {
        throw TestSupportError("\(finding); and the stack cannot be taken down: \(error)")
      }
      throw finding
    }
  }

  /// A stack that the caller takes down by ``shutdown()``.
  public static func make() async throws -> TestStack {
    await limit.enter()
    do { return try await TestStack(TestEnvironment.current()) } catch {
      limit.leave()
      throw error
    }
  }

  private init(_ environment: TestEnvironment) async throws {
    self.environment = environment
    database = try await TestDatabases.shared.make(environment)
    redisDatabases = try TestRedisDatabases(environment)
    redisDatabase = try await redisDatabases.lend()
    postgresConfiguration = PostgresConfiguration(
      connectionString: environment.postgres(database: database), poolSize: 2, applicationName: "construct-test")
    redisConfiguration = try RedisConfiguration(
      environment.redis(database: redisDatabase), clientName: "construct-test")
    postgres = PostgresPool(postgresConfiguration)
    redis = RedisClient(redisConfiguration)
  }

  private var isDown: Bool { down.withLock { $0 } }

  /// The settings that every context has; those of a test come over them.
  public var settings: [String: String] {
    [
      "domain": Self.domain,
      "postgres.url": environment.postgres(database: database),
      "postgres.pool.size": "2",
      "redis.url": environment.redis(database: redisDatabase),
      "http.host": "127.0.0.1",
      "http.port": "0",
      "token.secret": tokenSecret,
      "push.secret": pushSecret,
      "gateway.secret": gatewaySecret,
      "registration.difficulty": "4",
      "gateway.host": "127.0.0.1",
      "gateway.port": "0",
    ]
  }

  /// A context as ``ServiceRunner`` makes it, with connections of its own that are closed with the stack.
  ///
  /// - Parameters:
  ///   - settings: keys as in `registration.difficulty`.
  ///   - clock: the system's, unless the test gives one.
  public func context(
    _ name: String, settings: [String: String] = [:], clock: WallClock = .system
  ) throws -> ServiceContext {
    let settings = self.settings.merging(settings) { _, new in new }
    let reader = ConfigReader.memory(settings)
    let configuration = try ProcessConfiguration(reader: reader, service: name)
    let context = ServiceContext(
      name: name, configuration: reader, domain: configuration.domain, logger: log.logger(name),
      postgres: PostgresPool(configuration.postgres), redis: RedisClient(configuration.redis),
      redisConfiguration: configuration.redis, clock: clock)
    contexts.withLock { $0.append(context) }
    return context
  }

  func keep(_ pair: TestProxies) {
    proxies.withLock { $0.append(pair) }
  }

  /// Closes all connections, drops the database, empties the Redis database and lets the next test go on.
  public func shutdown() async throws {
    down.withLock { $0 = true }
    defer { Self.limit.leave() }
    for context in contexts.withLock({ $0 }) {
      await context.postgres.shutdown()
      await context.redis.shutdown()
    }
    await postgres.shutdown()
    await redis.shutdown()
    for pair in proxies.withLock({ $0 }) {
      try await pair.postgres.shutdown()
      try await pair.redis.shutdown()
    }
    try await TestDatabases.shared.drop(database, environment)
    try await redisDatabases.giveBack(redisDatabase)
    await redisDatabases.shutdown()
  }
}
