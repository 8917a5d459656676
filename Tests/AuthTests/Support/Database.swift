// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import TestSupport

extension TestStack {
  /// The one number that a statement returns.
  func count(_ sql: StaticString, _ parameters: PostgresValue...) async throws -> Int {
    try await postgres.withConnection { connection in
      guard let row = try connection.query(sql, parameters).first else { throw TestSupportError("no row") }
      return Int(try row.int64(0))
    }
  }

  func execute(_ sql: StaticString, _ parameters: PostgresValue...) async throws {
    _ = try await postgres.withConnection { try $0.execute(sql, parameters) }
  }

  /// Breaks the connection of whoever writes to the table `devices` first during `body`, in the middle of its
  /// transaction.
  func breakingWriteToDevices(_ body: () async throws -> Void) async throws {
    let (locked, isLocked) = AsyncStream<Void>.makeStream()
    async let broken: Void = postgres.withTransaction { connection in
      defer { isLocked.finish() }
      try connection.execute("LOCK TABLE devices IN ACCESS EXCLUSIVE MODE")
      isLocked.finish()
      for _ in 0..<2_000 {
        let ended = try connection.execute(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'
          """)
        if ended > 0 { return }
        _ = try connection.query("SELECT pg_stat_clear_snapshot(), pg_sleep(0.005)")
      }
      throw TestSupportError("nobody waited for the table")
    }
    for await _ in locked {}
    try await body()
    try await broken
  }
}
