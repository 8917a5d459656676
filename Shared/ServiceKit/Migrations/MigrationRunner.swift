// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import Logging
import Postgres

/// The `migrate` command: waits for PostgreSQL, applies what is missing, and says what it did.
///
/// Exits with 0 when the database is at the version of the files, with 1 when a file was refused, and with 78 when a
/// setting is missing or wrong.
public enum MigrationRunner {
  public static func run() async -> Never {
    LoggingSystem.bootstrap { label in LineLogHandler(label: label) }
    do {
      let logger = Logger(label: "migrate")
      try await migrate(reader: try ConfigReader.process(), logger: logger) { line in print(line) }
      exit(0)
    } catch {
      if !(error is ConfigurationError) { FileHandle.standardError.write(Data("migrate: \(error)\n".utf8)) }
      exit(ServiceRunner.exitCode(for: error, name: "migrate"))
    }
  }

  /// - Parameter report: takes a line for a person.
  static func migrate(reader: ConfigReader, logger: Logger, report: (String) -> Void) async throws {
    let address = try PostgresAddress(reader.text(PostgresAddress.key, length: 1...4_096))
    let directory = try reader.text("migrations.directory", default: "./deploy/migrations")
    // Read before PostgreSQL is waited for, so that a wrong folder is told at once.
    let files = try MigrationFile.load(directory: directory)
    let postgres = PostgresPool(
      PostgresConfiguration(
        connectionString: address.connectionString(password: try reader.optionalSecretText("postgres.password")),
        poolSize: 1, statementTimeoutMilliseconds: 0, applicationName: "construct-migrate"))
    do {
      try await Dependency(description: "PostgreSQL (\(address.description))") { try await postgres.checkHealth() }
        .wait(logger: logger)
      let applied = try await Migrator.run(postgres: postgres, files: files, logger: logger)
      for file in applied { report("applied \(file.fileName)") }
      report("the database is at version \(files.count)")
    } catch {
      await postgres.shutdown()
      throw error
    }
    await postgres.shutdown()
  }
}
