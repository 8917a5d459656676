// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Postgres
import Redis

/// Something that must be there before a service is built.
struct Dependency: Sendable {
  /// For a log: what and where, without credentials.
  let description: String
  /// Throws as long as it is not there.
  let check: @Sendable () async throws -> Void

  /// Waits until it is there, saying each time what is missing.
  /// - Throws: ``ConfigurationError`` for what waiting does not heal; `CancellationError`.
  func wait(logger: Logger) async throws {
    var pause = RetryPause(longest: .seconds(5))
    while true {
      do {
        return try await check()
      } catch let error as PostgresError where error.code == .invalidConfiguration {
        throw ConfigurationError(
          .invalid, key: SettingName(PostgresAddress.key).environmentVariable, reason: error.reason)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        var metadata: Logger.Metadata = ["error": "\(error)"]
        // Of a connection that was not made, libpq tells host, user and database, and quotes no values.
        if let error = error as? PostgresError, error.code == .unavailable, let message = error.serverMessage {
          metadata["server"] = "\(message.trimmingWhitespace)"
        }
        logger.warning("waiting for \(description)", metadata: metadata)
      }
      guard await pause.wait() else { throw CancellationError() }
    }
  }
}

extension Dependency {
  /// The dependencies of every service, in the order in which they are waited for.
  static func all(of context: ServiceContext, _ configuration: ProcessConfiguration) -> [Dependency] {
    [
      Dependency(description: "PostgreSQL (\(configuration.postgresDescription))") {
        try await context.postgres.checkHealth()
      },
      Dependency(description: "Redis (\(configuration.redisDescription))") { try await context.redis.checkHealth() },
      Dependency(description: "the migrations of PostgreSQL (\(configuration.postgresDescription))") {
        let version = try await Migrator.version(of: context.postgres)
        guard version >= Migrator.expectedVersion else { throw MissingMigrations(found: version) }
      },
    ]
  }

  private struct MissingMigrations: Error, CustomStringConvertible {
    let found: Int32
    var description: String { "the database is at \(found), this build needs \(Migrator.expectedVersion): run migrate" }
  }
}
