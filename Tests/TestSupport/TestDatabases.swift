// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Postgres
import ServiceKit

/// Makes PostgreSQL databases for tests, by copying one that this run has migrated.
///
/// Their names begin with `construct_test_`, the second at which the run began, and random digits. Each test drops its
/// own; those of runs that were killed are dropped by a later run once they are two hours old.
struct TestDatabases: Sendable {
  static let shared = TestDatabases()

  private static let prefix = "construct_test_"
  private static let oldAge = 7_200

  private let run = "\(Int(Date().timeIntervalSince1970))_" + [UInt8].random(count: 4).hexadecimal
  private let template = AsyncOnce<String>()

  /// A fresh, migrated database.
  func make(_ environment: TestEnvironment) async throws -> String {
    let template = try await template.value { try await makeTemplate(environment) }
    let name = "\(Self.prefix)\(run)_" + [UInt8].random(count: 4).hexadecimal
    try await administer(environment) { connection in
      try connection.script("CREATE DATABASE \(name) TEMPLATE \(template)")
    }
    return name
  }

  func drop(_ name: String, _ environment: TestEnvironment) async throws {
    try await administer(environment) { connection in
      try connection.script("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }
  }

  private func makeTemplate(_ environment: TestEnvironment) async throws -> String {
    try await dropOld(environment)
    let name = "\(Self.prefix)\(run)_template"
    try await administer(environment) { connection in try connection.script("CREATE DATABASE \(name)") }
    let pool = PostgresPool(
      PostgresConfiguration(
        connectionString: environment.postgres(database: name), poolSize: 1, statementTimeoutMilliseconds: 0))
    do {
      try await Migrator.run(
        postgres: pool, directory: environment.migrations,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    } catch {
      await pool.shutdown()
      throw TestSupportError("the migrations do not run: \(error)")
    }
    await pool.shutdown()
    return name
  }

  /// What killed runs have left, unless somebody is connected to it.
  private func dropOld(_ environment: TestEnvironment) async throws {
    let limit = Int(Date().timeIntervalSince1970) - Self.oldAge
    let names = try await administer(environment) { connection in
      try connection.query(
        """
        SELECT datname::text FROM pg_database WHERE starts_with(datname, $1)
        AND NOT EXISTS (SELECT FROM pg_stat_activity activity WHERE activity.datname = pg_database.datname)
        """, .text(Self.prefix)
      ).map { try $0.text(0) }
    }
    for name in names {
      let age = name.dropFirst(Self.prefix.count).prefix { $0 != "_" }
      if let begun = Int(age), begun < limit { try await drop(name, environment) }
    }
  }

  private func administer<T: Sendable>(
    _ environment: TestEnvironment, _ body: @escaping @Sendable (borrowing PostgresConnection) throws -> T
  ) async throws -> T {
    let pool = PostgresPool(
      PostgresConfiguration(connectionString: environment.postgres, poolSize: 1, statementTimeoutMilliseconds: 60_000))
    let result: Result<T, any Error>
    do { result = .success(try await pool.withConnection(body)) } catch { result = .failure(error) }
    await pool.shutdown()
    do { return try result.get() } catch let error as PostgresError {
      throw TestSupportError("the tests' PostgreSQL: \(error) \(error.serverMessage ?? "")")
    }
  }
}
