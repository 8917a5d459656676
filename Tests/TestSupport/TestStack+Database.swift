// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Postgres
import Synchronization

extension TestStack {
  /// The one number that a statement returns.
  public func count(_ sql: StaticString, _ parameters: PostgresValue...) async throws -> Int {
    try await postgres.withConnection { connection in
      guard let row = try connection.query(sql, parameters).first else { throw TestSupportError("no row") }
      return Int(try row.int64(0))
    }
  }

  public func execute(_ sql: StaticString, _ parameters: PostgresValue...) async throws {
    _ = try await postgres.withConnection { try $0.execute(sql, parameters) }
  }

  /// Holds a lock while `body` runs, until so many others wait for it: so they meet where it matters.
  public func holding(_ lock: StaticString, until waiters: Int, _ body: () async throws -> Void) async throws {
    try await locking(
      lock,
      until: { connection in
        let waiting = try connection.query(
          """
          SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'
          """)
        return try waiting.first?.int64(0) ?? 0 >= waiters
      }, body)
  }

  /// Holds a lock until `body` has returned.
  public func holding(_ lock: StaticString, while body: () async throws -> Void) async throws {
    let isOver = Mutex(false)
    try await locking(lock, until: { _ in isOver.withLock { $0 } }) {
      defer { isOver.withLock { $0 = true } }
      try await body()
    }
  }

  /// How many wait for a lock in this test's database at this moment.
  public func lockWaiters() async throws -> Int {
    try await count(
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
  }

  /// Breaks the connection of whoever writes to the table `devices` first during `body`, in the middle of its
  /// transaction.
  public func breakingWriteToDevices(_ body: () async throws -> Void) async throws {
    try await locking(
      "LOCK TABLE devices IN ACCESS EXCLUSIVE MODE",
      until: { connection in
        try connection.execute(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'
          """) > 0
      }, body)
  }

  private func locking(
    _ lock: StaticString, until isDone: @escaping @Sendable (borrowing PostgresConnection) throws -> Bool,
    _ body: () async throws -> Void
  ) async throws {
    let (locked, isLocked) = AsyncStream<Void>.makeStream()
    async let held: Void = postgres.withTransaction { connection in
      defer { isLocked.finish() }
      _ = try connection.query(lock)
      isLocked.finish()
      for _ in 0..<12_000 {
        if try isDone(connection) { return }
        _ = try connection.query("SELECT pg_stat_clear_snapshot(), pg_sleep(0.005)")
      }
      throw TestSupportError("too few waited for the lock")
    }
    for await _ in locked {}
    try await body()
    try await held
  }
}
