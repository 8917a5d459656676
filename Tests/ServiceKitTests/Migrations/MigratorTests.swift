// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Postgres
import TestSupport
import Testing

@testable import ServiceKit

/// In the database of a stack, after its own migrations have been forgotten.
@Suite("Migrator", .timeLimit(.minutes(3)))
struct MigratorTests {
  private func withEmptyDatabase(_ body: (PostgresPool, CapturedLog) async throws -> Void) async throws {
    try await TestStack.with { stack in
      try await stack.postgres.withConnection { connection in
        try connection.script("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
      }
      try await body(stack.postgres, stack.log)
    }
  }

  private func migrate(_ postgres: PostgresPool, _ files: [String: String], _ log: CapturedLog) async throws -> [String]
  {
    let folder = try MigrationFolder(files)
    let result: Result<[MigrationFile], any Error>
    do {
      result = .success(
        try await Migrator.run(postgres: postgres, directory: folder.path, logger: log.logger("migrate")))
    } catch { result = .failure(error) }
    try folder.remove()
    return try result.get().map(\.fileName)
  }

  private static let one = ["0001-a.sql": "CREATE TABLE a (id integer PRIMARY KEY); INSERT INTO a VALUES (1);"]
  private static let two = one.merging(["0002-b.sql": "INSERT INTO a VALUES (2); CREATE TABLE b AS TABLE a;"]) { $1 }

  @Test("files are applied in order, once each")
  func order() async throws {
    try await withEmptyDatabase { postgres, log async throws in
      #expect(try await Migrator.version(of: postgres) == 0)
      #expect(try await migrate(postgres, Self.one, log) == ["0001-a.sql"])
      #expect(try await migrate(postgres, Self.two, log) == ["0002-b.sql"])
      #expect(try await migrate(postgres, Self.two, log) == [])
      #expect(try await Migrator.version(of: postgres) == 2)
      let count = try await postgres.withConnection { connection in
        try connection.query("SELECT count(*) FROM b").first?.int64(0)
      }
      #expect(count == 2)
      #expect(log.lines.count { $0.contains("migration applied") } == 2)
    }
  }

  @Test("a file that was changed or renamed after it was applied is refused")
  func changed() async throws {
    try await withEmptyDatabase { postgres, log async throws in
      _ = try await migrate(postgres, Self.two, log)
      let changed = Self.two.merging(["0001-a.sql": "CREATE TABLE a (id bigint PRIMARY KEY);"]) { $1 }
      await #expect(throws: MigrationError(.changed, "")) { try await migrate(postgres, changed, log) }
      let renamed = ["0001-x.sql": Self.two["0001-a.sql"] ?? "", "0002-b.sql": Self.two["0002-b.sql"] ?? ""]
      await #expect(throws: MigrationError(.changed, "")) { try await migrate(postgres, renamed, log) }
      #expect(try await migrate(postgres, Self.two, log) == [])
    }
  }

  @Test("an older build finds nothing to do in a database that a newer one has migrated")
  func older() async throws {
    try await withEmptyDatabase { postgres, log async throws in
      _ = try await migrate(postgres, Self.two, log)
      #expect(try await migrate(postgres, Self.one, log) == [])
      #expect(try await Migrator.version(of: postgres) == 2)
      let changed = ["0001-a.sql": "CREATE TABLE a (id bigint PRIMARY KEY);"]
      await #expect(throws: MigrationError(.changed, "")) { try await migrate(postgres, changed, log) }
    }
  }

  @Test("a file that PostgreSQL refuses leaves nothing behind, and the operator is told why")
  func refused() async throws {
    try await withEmptyDatabase { postgres, log async throws in
      let broken = Self.one.merging(["0002-b.sql": "CREATE TABLE half (id integer); SELECT nonsense;"]) { $1 }
      let error = await #expect(throws: MigrationError.self) { try await migrate(postgres, broken, log) }
      #expect(error?.code == .refused)
      #expect(error?.description.contains("0002-b.sql") == true && error?.description.contains("nonsense") == true)
      #expect(try await Migrator.version(of: postgres) == 1)
      #expect(try await migrate(postgres, Self.two, log) == ["0002-b.sql"])
    }
  }

  @Test("a file that ends its transaction is refused", arguments: ["COMMIT;", "ROLLBACK;", "COMMIT; BEGIN;"])
  func transaction(statement: String) async throws {
    try await withEmptyDatabase { postgres, log async throws in
      let files = ["0001-a.sql": "CREATE TABLE a (id integer); \(statement)"]
      let error = await #expect(throws: (any Error).self) { try await migrate(postgres, files, log) }
      #expect((error as? MigrationError)?.code == .transactionControl, "\(String(describing: error))")
      #expect(try await Migrator.version(of: postgres) == 0)
    }
  }

  @Test("several migrators at once take turns, and each file is applied once")
  func concurrency() async throws {
    try await withEmptyDatabase { postgres, log async throws in
      let files = Dictionary(
        uniqueKeysWithValues: (1...9).map { number in
          ("000\(number)-step.sql", "CREATE TABLE step\(number) (id integer); SELECT pg_sleep(0.01);")
        })
      let applied = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<4 {
          group.addTask {
            let pool = PostgresPool(postgres.configuration)
            let applied = try await migrate(pool, files, log)
            await pool.shutdown()
            return applied
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(applied.sorted() == files.keys.sorted())
      #expect(try await Migrator.version(of: postgres) == 9)
    }
  }

  @Test("the command waits for PostgreSQL, applies the files and says so")
  func command() async throws {
    try await TestStack.with { stack in
      try await stack.postgres.withConnection { connection in
        try connection.script("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
      }
      let folder = try MigrationFolder(Self.two)
      var lines: [String] = []
      let reader = try stack.context("migrate", settings: ["migrations.directory": folder.path]).configuration
      for _ in 0..<2 {
        try await MigrationRunner.migrate(reader: reader, logger: stack.log.logger("migrate")) { lines.append($0) }
      }
      try folder.remove()
      #expect(
        lines == [
          "applied 0001-a.sql", "applied 0002-b.sql", "the database is at version 2", "the database is at version 2",
        ])
    }
  }
}
