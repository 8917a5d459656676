// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Testing

@Suite("A PostgreSQL pipeline", .timeLimit(.minutes(3)))
struct PostgresPipelineTests {
  @Test("it gives one outcome for each statement, the same when they are prepared already")
  func outcomes() async throws {
    try await TestServer.withPool { pool in
      for _ in 0..<3 {
        let counts = try await pool.withTransaction { connection in
          try connection.script(
            "CREATE TEMPORARY TABLE thing (id bigint PRIMARY KEY) ON COMMIT DROP")
          let outcomes = try connection.pipeline([
            PostgresStatement(
              "INSERT INTO thing SELECT unnest($1::bigint[])", .int64Array([1, 2, 3])),
            PostgresStatement("DELETE FROM thing WHERE id = $1", .int64(2)),
            PostgresStatement("DELETE FROM thing WHERE id = $1", .int64(9)),
            PostgresStatement("SELECT id FROM thing ORDER BY id"),
          ])
          #expect(try outcomes[3].rows.map { row in try row.int64("id") } == [1, 3])
          #expect(try connection.pipeline([]).isEmpty)
          return outcomes.map(\.affectedRows)
        }
        #expect(counts == [3, 1, 0, 2])
      }
    }
  }

  @Test("a failure undoes the whole, is told as the first one, and leaves the connection usable")
  func failure() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        try connection.script("CREATE TEMPORARY TABLE thing (id bigint PRIMARY KEY)")
        let insert: StaticString = "INSERT INTO thing VALUES ($1)"
        let error = #expect(throws: PostgresError.self) {
          try connection.pipeline([
            PostgresStatement(insert, .int64(1)), PostgresStatement(insert, .int64(1)),
            PostgresStatement("SELECT 1/0"), PostgresStatement(insert, .int64(2)),
          ])
        }
        #expect(error?.code == .uniqueViolation)
        #expect(try connection.query("SELECT * FROM thing").isEmpty)
        #expect(try connection.pipeline([PostgresStatement(insert, .int64(1))]).count == 1)
        let syntax = #expect(throws: PostgresError.self) {
          try connection.pipeline([
            PostgresStatement(insert, .int64(3)), PostgresStatement("SELEKT"),
          ])
        }
        #expect(syntax?.sqlState == "42601")
        #expect(try connection.query("SELECT count(*) FROM thing")[0].int64(0) == 1)
      }
    }
  }

  @Test("many large statements do not block one another")
  func large() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        let block = [UInt8](repeating: 7, count: 1 << 20)
        let statements = (0..<24).map { _ in PostgresStatement("SELECT $1 || $1", .bytes(block)) }
        let outcomes = try connection.pipeline(statements)
        #expect(outcomes.count == 24)
        for outcome in outcomes { #expect(try outcome.rows[0].bytes(0).count == 2 << 20) }
      }
    }
  }

  @Test("COPY in a pipeline costs the connection and nothing else")
  func copy() async throws {
    try await TestServer.withPool { pool in
      await #expect(throws: PostgresError.self) {
        try await pool.withConnection { connection in
          _ = try connection.pipeline([
            PostgresStatement("SELECT 1"), PostgresStatement("COPY pg_class TO STDOUT"),
          ])
        }
      }
      try await pool.checkHealth()
    }
  }
}
