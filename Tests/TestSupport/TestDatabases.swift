// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Logging
import Postgres
import ServiceKit

/// Makes PostgreSQL databases for tests, by copying one that has been migrated.
///
/// | name | life |
/// | --- | --- |
/// | `construct_test_template_HASH` | kept for later runs, as long as the migrations are these; old ones are dropped |
/// | `construct_test_RANDOM` | one test; what a killed run has left is dropped by a later one |
struct TestDatabases: Sendable {
  static let shared = TestDatabases()

  private let template = AsyncOnce<String>()

  /// A fresh, migrated database.
  func make(_ environment: TestEnvironment) async throws -> String {
    let template = try await template.value { try await makeTemplate(environment) }
    let name = "construct_test_" + [UInt8].random(count: 8).hexadecimal
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
    let files = try MigrationFile.load(directory: environment.migrations)
    var hash = SHA256()
    for file in files { hash.update(data: file.digest) }
    let name = "construct_test_template_" + hash.finalize().prefix(8).hexadecimal
    for old in try await abandoned(environment, except: name) { try await drop(old, environment) }
    guard try await !exists(name, environment) else { return name }
    // Under another name until it is whole, as other processes may be looking for it.
    let draft = "construct_test_" + [UInt8].random(count: 8).hexadecimal
    try await administer(environment) { connection in try connection.script("CREATE DATABASE \(draft)") }
    try await migrate(draft, files, environment)
    do {
      try await administer(environment) { connection in
        try connection.script("ALTER DATABASE \(draft) RENAME TO \(name)")
      }
    } catch {
      // Another process may have been faster.
      try await drop(draft, environment)
      guard try await exists(name, environment) else { throw error }
    }
    return name
  }

  private func migrate(_ name: String, _ files: [MigrationFile], _ environment: TestEnvironment) async throws {
    let pool = PostgresPool(
      PostgresConfiguration(
        connectionString: environment.postgres(database: name), poolSize: 1, statementTimeoutMilliseconds: 0))
    let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    do { try await Migrator.run(postgres: pool, files: files, logger: quiet) } catch {
      await pool.shutdown()
      try await drop(name, environment)
      throw TestSupportError("the migrations do not run: \(error)")
    }
    await pool.shutdown()
  }

  private func exists(_ name: String, _ environment: TestEnvironment) async throws -> Bool {
    try await administer(environment) { connection in
      try connection.query("SELECT FROM pg_database WHERE datname = $1", .text(name)).count == 1
    }
  }

  /// Tests' databases that nobody is connected to: after a quarter of an hour, templates after two days.
  private func abandoned(_ environment: TestEnvironment, except current: String) async throws -> [String] {
    try await administer(environment) { connection in
      try connection.query(
        """
        SELECT datname::text FROM pg_database
        WHERE starts_with(datname, 'construct_test_') AND datname <> $1
        AND (pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification < now()
          - CASE WHEN starts_with(datname, 'construct_test_template_') THEN interval '2 days'
            ELSE interval '15 minutes' END
        AND NOT EXISTS (SELECT FROM pg_stat_activity activity WHERE activity.datname = pg_database.datname)
        """, .text(current)
      ).map { try $0.text(0) }
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
