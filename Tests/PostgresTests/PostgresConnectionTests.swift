// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Testing

@Suite("A PostgreSQL connection", .timeLimit(.minutes(3)))
struct PostgresConnectionTests {
  /// Runs `body`, which must fail, and returns the error.
  private func failure(
    _ body: @escaping @Sendable (borrowing PostgresConnection) throws -> Void
  ) async throws -> PostgresError {
    try await TestServer.withPool { pool in
      try #require(
        await #expect(throws: PostgresError.self) {
          try await pool.withConnection { connection in
            try connection.script(
              """
              CREATE TEMPORARY TABLE owner (id bigint PRIMARY KEY);
              CREATE TEMPORARY TABLE thing (
                id bigint CONSTRAINT thing_once PRIMARY KEY, size int4 NOT NULL CONSTRAINT thing_size CHECK (size > 0),
                owner bigint CONSTRAINT thing_owner REFERENCES owner,
                CONSTRAINT thing_apart EXCLUDE (size WITH =))
              """)
            try body(connection)
          }
        })
    }
  }

  @Test("violated constraints have their codes and their names, and no values in any text")
  func violations() async throws {
    let unique = try await failure { connection in
      try connection.execute("INSERT INTO thing VALUES ($1, 1)", .int64(4_711))
      try connection.execute("INSERT INTO thing VALUES ($1, 2)", .int64(4_711))
    }
    #expect(
      (unique.code, unique.constraintName, unique.sqlState) == (
        .uniqueViolation, "thing_once", "23505"
      ))
    let foreign = try await failure { connection in
      try connection.execute("INSERT INTO thing VALUES (1, 1, $1)", .int64(4_711))
    }
    #expect((foreign.code, foreign.constraintName) == (.foreignKeyViolation, "thing_owner"))
    let check = try await failure { connection in
      try connection.execute("INSERT INTO thing VALUES (4711, $1)", .int32(-4_711))
    }
    #expect((check.code, check.constraintName) == (.checkViolation, "thing_size"))
    let notNull = try await failure { try $0.execute("INSERT INTO thing VALUES (4711, $1)", .null) }
    #expect(notNull.code == .notNullViolation)
    let exclusion = try await failure { connection in
      try connection.execute("INSERT INTO thing VALUES (1, $1), (2, $1)", .int32(4_711))
    }
    #expect((exclusion.code, exclusion.constraintName) == (.constraintViolation, "thing_apart"))
    for error in [unique, foreign, check, notNull, exclusion] {
      for text in [
        "\(error)", String(reflecting: error),
        String(describing: Mirror(reflecting: error).children),
      ] {
        #expect(!text.contains("4711") && !text.contains("INSERT"))
      }
    }
  }

  @Test(
    "a refused statement tells its SQLSTATE and place, and its text and values only to an operator")
  func refused() async throws {
    let line: UInt = #line + 1
    let error = try await failure { _ = try $0.query("SELECT $1::text::uuid", .text("a-secret")) }
    #expect(error.code == .query)
    #expect(error.sqlState == "22P02")
    #expect(error.line == line)
    #expect(!"\(error)".contains("secret"))
    #expect(error.serverMessage?.contains("a-secret") == true)
    var dumped = ""
    dump(error, to: &dumped)
    #expect(!dumped.contains("secret"))
  }

  @Test("statements count their rows")
  func counts() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        #expect(try connection.execute("CREATE TEMPORARY TABLE thing (id bigint)") == 0)
        #expect(
          try connection.execute("INSERT INTO thing SELECT * FROM generate_series(1, 10)") == 10)
        #expect(try connection.execute("UPDATE thing SET id = -id WHERE id > $1", .int64(7)) == 3)
        let rows = try connection.query(
          "DELETE FROM thing WHERE id < $1 RETURNING id, -id AS was", .int64(0))
        #expect(rows.columnNames == ["id", "was"])
        #expect(try Set(rows.map { row in try row.int64("was") }) == [8, 9, 10])
        #expect(try connection.query("SELECT * FROM thing WHERE false").isEmpty)
      }
    }
  }

  @Test("a statement serves all types of its parameters and NULL in their place")
  func types() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        let sql: StaticString = "SELECT ($1::text) IS NULL, $1::text"
        for _ in 0..<2 {
          #expect(try connection.query(sql, .null)[0].bool(0))
          #expect(try connection.query(sql, .int64(5))[0].text(1) == "5")
          #expect(try connection.query(sql, .text("five"))[0].text(1) == "five")
          #expect(try connection.query(sql, .null)[0].bool(0))
        }
        let prepared = try connection.query(
          "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%IS NULL, $1%'")
        #expect(try prepared[0].int64(0) <= 4)
      }
    }
  }

  @Test("a prepared statement survives a change of its table")
  func changedTable() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        let sql: StaticString = "SELECT * FROM thing"
        try connection.script("CREATE TEMPORARY TABLE thing (id bigint)")
        #expect(try connection.query(sql).columnNames == ["id"])
        try connection.script("ALTER TABLE thing ADD COLUMN size int4")
        let error = #expect(throws: PostgresError.self) { _ = try connection.query(sql) }
        #expect(error?.sqlState == "0A000")
        #expect(try connection.query(sql).columnNames == ["id", "size"])
        try connection.script("DEALLOCATE ALL")
        #expect(throws: PostgresError.self) { _ = try connection.query(sql) }
        #expect(try connection.query(sql).columnNames == ["id", "size"])
      }
    }
  }

  @Test("a statement that takes too long is stopped, and the connection serves on")
  func timeout() async throws {
    var configuration = try TestServer.configuration()
    configuration.statementTimeoutMilliseconds = 50
    try await TestServer.withPool(configuration) { pool in
      try await pool.withConnection { connection throws in
        let error = #expect(throws: PostgresError.self) {
          _ = try connection.query("SELECT pg_sleep(60)")
        }
        #expect(error?.code == .timeout)
        #expect(try connection.query("SELECT 1::int4")[0].int32(0) == 1)
      }
    }
  }

  @Test("COPY and empty statements are refused without harm to the next caller")
  func unsupported() async throws {
    try await TestServer.withPool { pool in
      for sql in ["COPY pg_class TO STDOUT" as StaticString, "", "COPY pg_class FROM STDIN"] {
        let error = await #expect(throws: PostgresError.self) {
          try await pool.withConnection { connection in _ = try connection.query(sql) }
        }
        #expect(error?.code == .query)
        try await pool.checkHealth()
      }
    }
  }

  @Test("a script is one transaction")
  func script() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection throws in
        let error = #expect(throws: PostgresError.self) {
          try connection.script("CREATE TEMPORARY TABLE thing (id bigint); SELECT 1/0; SELECT 2")
        }
        #expect(error?.sqlState == "22012")
        #expect(try connection.query("SELECT to_regclass('thing') IS NULL")[0].bool(0))
      }
    }
  }
}
