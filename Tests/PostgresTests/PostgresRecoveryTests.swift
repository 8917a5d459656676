// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Testing

@Suite("A PostgreSQL pool whose server fails", .timeLimit(.minutes(3)))
struct PostgresRecoveryTests {
  private func processID(_ pool: PostgresPool) async throws -> Int32 {
    try await pool.withConnection { try $0.query("SELECT pg_backend_pid()")[0].int32(0) }
  }

  /// Ends a session of the server and returns when it is gone.
  private func terminate(_ processID: Int32, by pool: PostgresPool) async throws {
    let isGone = try await pool.withConnection { connection in
      try connection.query("SELECT pg_terminate_backend($1, 30000)", .int32(processID))[0].bool(0)
    }
    #expect(isGone)
  }

  /// Returns when a statement runs in the session.
  private func waitUntilBusy(_ processID: Int32, seenBy pool: PostgresPool) async throws {
    while try await pool.withConnection({ connection in
      try connection.query(
        "SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", .int32(processID)
      ).isEmpty
    }) {}
  }

  @Test("a session that ended while nobody used it is replaced unnoticed")
  func idle() async throws {
    try await TestServer.withPool { other in
      try await TestServer.withPool { pool in
        let first = try await processID(pool)
        try await terminate(first, by: other)
        #expect(try await processID(pool) != first)
      }
    }
  }

  @Test(
    "a statement whose session is ended fails with an unknown outcome, and the next one finds a new session"
  )
  func busy() async throws {
    try await TestServer.withPool { other in
      try await TestServer.withPool { pool in
        let first = try await processID(pool)
        async let victim: Void = pool.withConnection { connection in
          let error = #expect(throws: PostgresError.self) {
            _ = try connection.query("SELECT pg_sleep(60)")
          }
          #expect(error?.code == .connectionLost)
          // The rest of the body cannot be told that all is well again.
          let next = #expect(throws: PostgresError.self) { _ = try connection.query("SELECT 1") }
          #expect(next?.code == .connectionLost)
        }
        try await waitUntilBusy(first, seenBy: other)
        try await terminate(first, by: other)
        try await victim
        #expect(try await processID(pool) != first)
      }
    }
  }

  @Test("a transaction or a pipeline whose session is ended fails with an unknown outcome")
  func transaction() async throws {
    try await TestServer.withPool { other in
      try await TestServer.withPool { pool in
        for attempt in 0..<2 {
          let first = try await processID(pool)
          let victim = Task { [attempt] in
            try await pool.withTransaction { connection in
              if attempt == 0 {
                _ = try connection.pipeline([
                  PostgresStatement("SELECT 1"), PostgresStatement("SELECT pg_sleep(60)"),
                ])
              } else {
                _ = try connection.execute("SELECT pg_sleep(60)")
              }
            }
          }
          try await waitUntilBusy(first, seenBy: other)
          try await terminate(first, by: other)
          let error = await #expect(throws: PostgresError.self) { try await victim.value }
          #expect(error?.code == .connectionLost)
        }
        try await pool.checkHealth()
      }
    }
  }

  @Test("a server that is not there is reported as unavailable to everybody who waits")
  func missing() async throws {
    var configuration = try TestServer.configuration()
    configuration.connectionString = "host=/nonexistent user=nobody password=a-secret"
    try await TestServer.withPool(configuration) { pool in
      await withTaskGroup { group in
        for _ in 0..<20 {
          group.addTask {
            let error = await #expect(throws: PostgresError.self) { try await pool.checkHealth() }
            #expect(error?.code == .unavailable)
            #expect(error.map { "\($0)".contains("secret") } == false)
            #expect(error?.serverMessage?.contains("secret") == false)
          }
        }
      }
    }
  }

  @Test("a shutdown does not wait for the pause before the next attempt")
  func shutdownDuringPause() async throws {
    var configuration = try TestServer.configuration()
    configuration.connectionString = "host=/nonexistent"
    let pool = PostgresPool(configuration)
    for _ in 0..<3 {
      await #expect(throws: PostgresError.self) { try await pool.checkHealth() }
    }
    let waiting = Task { try await pool.checkHealth() }
    await pool.shutdown()
    await #expect(throws: PostgresError.self) { try await waiting.value }
  }

  @Test("a connection string that cannot be read is reported without its words")
  func malformed() async throws {
    var configuration = try TestServer.configuration()
    configuration.connectionString = "host=localhost a-secret"
    try await TestServer.withPool(configuration) { pool in
      let error = await #expect(throws: PostgresError.self) { try await pool.checkHealth() }
      #expect(error?.code == .invalidConfiguration)
      #expect(
        error.map { String(reflecting: $0) + ($0.serverMessage ?? "") }?.contains("secret") == false
      )
    }
  }
}
