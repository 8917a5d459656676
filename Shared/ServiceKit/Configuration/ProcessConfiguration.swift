// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import Logging
public import Postgres
public import Redis

/// What every service process is configured by; docs/configuration.md has the table of all keys.
public struct ProcessConfiguration: Sendable {
  /// In lower case.
  public let domain: String
  public let postgres: PostgresConfiguration
  public let redis: RedisConfiguration
  public let httpHost: String
  /// 0 lets the system choose.
  public let httpPort: Int
  public let logLevel: Logger.Level
  /// Where PostgreSQL is, for logs.
  public let postgresDescription: String
  /// Where Redis is, for logs.
  public let redisDescription: String

  /// - Parameters:
  ///   - reader: scoped to `construct`.
  ///   - service: what the servers show as the name of the connections.
  /// - Throws: ``ConfigurationError``.
  public init(reader: ConfigReader, service: String) throws(ConfigurationError) {
    logLevel = try reader.choice("log.level", default: .info)
    domain = try ServerDomain.parse(reader.text(ServerDomain.key))
    httpHost = try reader.text("http.host", default: "0.0.0.0")
    httpPort = try reader.integer("http.port", default: 9_090, in: 0...65_535)
    let address = try PostgresAddress(reader.text(PostgresAddress.key, length: 1...4_096))
    postgresDescription = address.description
    postgres = PostgresConfiguration(
      connectionString: address.connectionString(password: try reader.optionalSecretText("postgres.password")),
      poolSize: try reader.integer("postgres.pool.size", default: 4, in: 1...64),
      applicationName: "construct-" + service)
    let location = try RedisLocation(reader.text(RedisLocation.key))
    redisDescription = location.description
    redis = try location.configuration(
      password: try reader.optionalSecretText("redis.password"), clientName: "construct-" + service)
  }
}
