// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Where a ``PostgresPool`` connects to, and its bounds.
public struct PostgresConfiguration: Sendable {
  /// libpq's connection string: `host=… dbname=… user=…` or `postgresql://…`. May hold a password.
  public var connectionString: String
  /// Connections, each with a thread of its own; at least 1. They are opened when they are first needed.
  public var poolSize: Int
  /// For one attempt to connect, in seconds; libpq waits no less than 2.
  public var connectTimeoutSeconds: Int
  /// What the server allows one statement, in milliseconds; 0 sets no limit.
  ///
  /// When even the server's refusal fails to arrive within 5 seconds more, the connection counts as lost.
  public var statementTimeoutMilliseconds: Int
  /// Shown by the server in `pg_stat_activity`; the server keeps the first 63 bytes.
  public var applicationName: String
  /// Callers that may wait for a connection at one time; those beyond are refused with `.poolExhausted`.
  public var maximumWaiters: Int
  /// How long a caller waits for a connection before it is refused with `.poolExhausted`.
  public var acquireTimeout: Duration

  public init(
    connectionString: String,
    poolSize: Int = 4,
    connectTimeoutSeconds: Int = 5,
    statementTimeoutMilliseconds: Int = 10_000,
    applicationName: String = "construct",
    maximumWaiters: Int = 1_000,
    acquireTimeout: Duration = .seconds(5)
  ) {
    self.connectionString = connectionString
    self.poolSize = poolSize
    self.connectTimeoutSeconds = connectTimeoutSeconds
    self.statementTimeoutMilliseconds = statementTimeoutMilliseconds
    self.applicationName = applicationName
    self.maximumWaiters = maximumWaiters
    self.acquireTimeout = acquireTimeout
  }
}
