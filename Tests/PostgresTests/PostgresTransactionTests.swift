// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Postgres
import Synchronization
import Testing

@Suite("A PostgreSQL transaction", .timeLimit(.minutes(3)))
struct PostgresTransactionTests {
  private struct Regret: Error {}

  /// What the runs of a body share.
  private final class Runs: Sendable {
    let count = Atomic(0)
    let bothHaveRead = DispatchSemaphore(value: 0)
  }

  /// Lends a pool with a table of its own, `thing (id bigint PRIMARY KEY, count bigint)`, in a schema of its own.
  private func withTable(poolSize: Int = 1, _ body: (PostgresPool) async throws -> Void)
    async throws
  {
    let schema = "test_\(UInt64.random(in: 0 ... .max))"
    try await TestServer.withPool { admin in
      try await admin.withConnection { connection in
        try connection.script(
          "CREATE SCHEMA \(schema); CREATE TABLE \(schema).thing (id bigint PRIMARY KEY, count bigint)"
        )
      }
      var configuration = try TestServer.configuration(poolSize: poolSize)
      configuration.connectionString += " options='-c search_path=\(schema)'"
      let result: Result<Void, any Error>
      do {
        result = .success(try await TestServer.withPool(configuration, body))
      } catch {
        result = .failure(error)
      }
      try await admin.withConnection { try $0.script("DROP SCHEMA \(schema) CASCADE") }
      try result.get()
    }
  }

  private func count(_ pool: PostgresPool) async throws -> Int64 {
    try await pool.withConnection { try $0.query("SELECT count(*) FROM thing")[0].int64(0) }
  }

  @Test(
    "it is committed when the body returns",
    arguments: [.readCommitted, .repeatableRead, .serializable] as [IsolationLevel])
  func commit(_ isolation: IsolationLevel) async throws {
    try await withTable { pool in
      let level = try await pool.withTransaction(isolation) { connection in
        try connection.execute("INSERT INTO thing VALUES (1)")
        return try connection.query("SHOW transaction_isolation")[0].text(0)
      }
      let names: [IsolationLevel: String] = [
        .readCommitted: "read committed", .repeatableRead: "repeatable read",
        .serializable: "serializable",
      ]
      #expect(level == names[isolation])
      let committed = try await count(pool)
      #expect(committed == 1)
    }
  }

  @Test("it is rolled back when the body throws, and the body's error comes out")
  func rollback() async throws {
    try await withTable { pool in
      await #expect(throws: Regret.self) {
        try await pool.withTransaction { connection in
          try connection.execute("INSERT INTO thing VALUES (1)")
          throw Regret()
        }
      }
      let committed = try await count(pool)
      #expect(committed == 0)
    }
  }

  @Test("a failure that the body swallows is not reported as a commit")
  func swallowed() async throws {
    try await withTable { pool in
      let error = await #expect(throws: PostgresError.self) {
        try await pool.withTransaction { connection in
          try connection.execute("INSERT INTO thing VALUES (1)")
          do {
            try connection.execute("INSERT INTO thing VALUES (1)")
          } catch {}
        }
      }
      #expect(error?.code == .transactionAborted)
      let committed = try await count(pool)
      #expect(committed == 0)
    }
  }

  @Test("one that a body leaves open is rolled back before the next caller")
  func leftOpen() async throws {
    try await withTable { pool in
      try await pool.withConnection { connection in
        try connection.execute("BEGIN")
        try connection.execute("INSERT INTO thing VALUES (1)")
      }
      let committed = try await count(pool)
      #expect(committed == 0)
    }
  }

  @Test("two that meet both take effect, because one is run again")
  func serialization() async throws {
    try await withTable(poolSize: 2) { pool in
      _ = try await pool.withConnection { try $0.execute("INSERT INTO thing VALUES (1, 0)") }
      let runs = Runs()
      try await withThrowingTaskGroup { group in
        for _ in 0..<2 {
          group.addTask {
            try await pool.withTransaction(.repeatableRead) { connection in
              let count = try connection.query("SELECT count FROM thing WHERE id = 1")[0].int64(0)
              let run = runs.count.add(1, ordering: .acquiringAndReleasing).newValue
              // The first two runs go on only when both have read.
              if run == 1 { runs.bothHaveRead.wait() }
              if run == 2 { runs.bothHaveRead.signal() }
              try connection.execute("UPDATE thing SET count = $1 WHERE id = 1", .int64(count + 1))
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(runs.count.load(ordering: .acquiring) == 3)
      #expect(
        try await pool.withConnection { try $0.query("SELECT count FROM thing")[0].int64(0) } == 2)
    }
  }

  @Test("one that fails to be serialized again and again is given up")
  func bounded() async throws {
    try await withTable { pool in
      let runs = Runs()
      let error = await #expect(throws: PostgresError.self) {
        try await pool.withTransaction { connection in
          runs.count.add(1, ordering: .acquiringAndReleasing)
          try connection.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")
        }
      }
      #expect(error?.code == .serializationFailure)
      #expect(runs.count.load(ordering: .acquiring) == PostgresPool.maximumTransactionAttempts)
    }
  }
}
