// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import Postgres

/// Brings a database to the version of the migration files, one transaction a file.
///
/// An advisory lock makes several migrators take turns. What was applied stands in the table `schema_migrations`
/// with the file's digest, and a file that has been changed since is refused. A database that is further on stays as it is.
public enum Migrator {
  /// The number of the last migration that this build knows; services do not start below it.
  ///
  /// A test holds it against `deploy/migrations`. A database that is further on is fine: migrations only add what
  /// older builds can live with, so that a deployment can roll.
  public static let expectedVersion: Int32 = 9

  /// `pg_advisory_xact_lock`'s key: "Constrct" in ASCII.
  private static let lockKey: Int64 = 0x436F_6E73_7472_6374

  /// Applies the files of a folder that have not been applied yet.
  /// - Parameter postgres: without a statement timeout, as a migration may take its time.
  /// - Returns: the files that were applied, in order.
  /// - Throws: ``MigrationError``; ``PostgresError`` if the server cannot be reached.
  @discardableResult
  public static func run(
    postgres: PostgresPool, directory: String, logger: Logger
  ) async throws -> [MigrationFile] {
    try await run(postgres: postgres, files: MigrationFile.load(directory: directory), logger: logger)
  }

  /// As ``run(postgres:directory:logger:)``.
  @discardableResult
  public static func run(
    postgres: PostgresPool, files: [MigrationFile], logger: Logger
  ) async throws -> [MigrationFile] {
    var applied: [MigrationFile] = []
    while let file = try await applyNext(of: files, in: postgres) {
      logger.info("migration applied", metadata: ["file": "\(file.fileName)"])
      applied.append(file)
    }
    return applied
  }

  /// The number of the last migration of the database; 0 for an empty one.
  public static func version(of postgres: PostgresPool) async throws -> Int32 {
    try await postgres.withConnection { connection in
      let tables = try connection.query("SELECT to_regclass('schema_migrations') IS NOT NULL")
      guard let table = tables.first, try table.bool(0) else { return 0 }
      let rows = try connection.query("SELECT coalesce(max(number), 0) FROM schema_migrations")
      return try rows.first?.int32(0) ?? 0
    }
  }

  private static func applyNext(of files: [MigrationFile], in postgres: PostgresPool) async throws -> MigrationFile? {
    try await postgres.withTransaction { connection in
      _ = try connection.query("SELECT pg_advisory_xact_lock($1)", .int64(lockKey))
      try connection.script(
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
          number integer PRIMARY KEY,
          name text NOT NULL,
          sha256 bytea NOT NULL,
          applied_at timestamptz NOT NULL DEFAULT now())
        """)
      let done = try verifiedCount(of: files, in: connection)
      guard done < files.count else { return nil }
      try apply(files[done], in: connection)
      return files[done]
    }
  }

  /// How many of the files have been applied, after a look at every one of them.
  private static func verifiedCount(
    of files: [MigrationFile], in connection: borrowing PostgresConnection
  ) throws -> Int {
    let rows = try connection.query("SELECT number, name, sha256 FROM schema_migrations ORDER BY number")
    for (index, row) in rows.enumerated() {
      let (number, name) = (try row.int32(0), try row.text(1))
      // A newer build has migrated: this one has nothing to do, and lives with what was added.
      guard index < files.count else { return files.count }
      guard number == files[index].number, name == files[index].name, try row.bytes(2) == files[index].digest else {
        throw MigrationError(
          .changed, "\(files[index].fileName) is not the file that was applied to this database as \(number), \(name)")
      }
    }
    return rows.count
  }

  private static func apply(_ file: MigrationFile, in connection: borrowing PostgresConnection) throws {
    let before = try transaction(in: connection)
    do { try connection.script(file.sql) } catch {
      guard error.code != .connectionLost, error.code != .serializationFailure else { throw error }
      throw MigrationError(.refused, "\(file.fileName): \(error) \(error.serverMessage ?? "")")
    }
    guard try transaction(in: connection) == before else {
      throw MigrationError(.transactionControl, "\(file.fileName) must not contain BEGIN, COMMIT or ROLLBACK")
    }
    try connection.execute(
      "INSERT INTO schema_migrations (number, name, sha256) VALUES ($1, $2, $3)",
      .int32(file.number), .text(file.name), .bytes(file.digest))
  }

  private static func transaction(in connection: borrowing PostgresConnection) throws -> String {
    try connection.query("SELECT pg_current_xact_id()::text").first?.text(0) ?? ""
  }
}
