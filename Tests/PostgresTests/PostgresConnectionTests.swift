// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Testing

@Suite("A PostgreSQL connection")
struct PostgresConnectionTests {
  @Test("a unique violation has its code and names the constraint")
  func uniqueViolation() async throws {
    try await TestServer.withPool { pool in
      let error = await #expect(throws: PostgresError.self) {
        try await pool.withConnection { connection in
          try connection.script("CREATE TEMPORARY TABLE thing (id bigint CONSTRAINT thing_once PRIMARY KEY)")
          try connection.execute("INSERT INTO thing VALUES ($1)", .int64(4_711))
          try connection.execute("INSERT INTO thing VALUES ($1)", .int64(4_711))
        }
      }
      #expect(error?.code == .uniqueViolation)
      #expect(error?.constraintName == "thing_once")
      #expect(error?.sqlState == "23505")
    }
  }

  @Test("a pipeline gives one outcome for each statement")
  func pipeline() async throws {
    try await TestServer.withPool { pool in
      let counts = try await pool.withTransaction { connection in
        try connection.script("CREATE TEMPORARY TABLE thing (id bigint PRIMARY KEY) ON COMMIT DROP")
        let outcomes = try connection.pipeline([
          PostgresStatement("INSERT INTO thing SELECT unnest($1::bigint[])", .int64Array([1, 2, 3])),
          PostgresStatement("DELETE FROM thing WHERE id = $1", .int64(2)),
          PostgresStatement("DELETE FROM thing WHERE id = $1", .int64(9)),
          PostgresStatement("SELECT id FROM thing ORDER BY id"),
        ])
        #expect(try outcomes[3].rows.map { row in try row.int64("id") } == [1, 3])
        return outcomes.map(\.affectedRows)
      }
      #expect(counts == [3, 1, 0, 2])
    }
  }
}
