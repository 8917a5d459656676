// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Postgres
import Testing

@Suite("A PostgreSQL pool", .timeLimit(.minutes(3)))
struct PostgresPoolTests {
  /// The statistics of a pool as its caller sees them.
  private struct Numbers: Equatable {
    let idle, busy, waiting: Int

    init(_ idle: Int, _ busy: Int, _ waiting: Int) {
      (self.idle, self.busy, self.waiting) = (idle, busy, waiting)
    }

    init(_ pool: PostgresPool) {
      let statistics = pool.statistics
      self.init(statistics.idle, statistics.busy, statistics.waiting)
    }
  }

  /// Occupies the only connection of `pool` while `body` runs.
  private func whileBusy<T: Sendable>(
    _ pool: PostgresPool, _ body: (DispatchSemaphore) async throws -> T
  ) async throws -> T {
    let (entered, signal) = AsyncStream<Void>.makeStream()
    let leave = DispatchSemaphore(value: 0)
    async let busy: Void = pool.withConnection { _ in
      signal.finish()
      leave.wait()
    }
    for await _ in entered {}
    let result: Result<T, any Error>
    do {
      result = .success(try await body(leave))
    } catch {
      result = .failure(error)
    }
    leave.signal()
    try await busy
    return try result.get()
  }

  private func waitUntil(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
  }

  @Test("connections are lent to one caller at a time, and those who wait are served in order")
  func lending() async throws {
    try await TestServer.withPool { pool in
      let order = try await withThrowingTaskGroup(of: Int.self) { group in
        try await whileBusy(pool) { leave in
          for index in 0..<5 {
            group.addTask { try await pool.withConnection { _ in index } }
            await waitUntil { pool.statistics.waiting == index + 1 }
          }
          #expect(Numbers(pool) == Numbers(0, 1, 5))
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(order) == Set(0..<5))
      #expect(Numbers(pool) == Numbers(1, 0, 0))
    }
  }

  @Test("callers beyond the bound are refused at once")
  func exhaustion() async throws {
    var configuration = try TestServer.configuration()
    configuration.maximumWaiters = 1
    try await TestServer.withPool(configuration) { pool in
      try await whileBusy(pool) { leave in
        let waiting = Task { try await pool.checkHealth() }
        await waitUntil { pool.statistics.waiting == 1 }
        let error = await #expect(throws: PostgresError.self) { try await pool.checkHealth() }
        #expect(error?.code == .poolExhausted)
        leave.signal()
        try await waiting.value
      }
    }
  }

  @Test("a caller who has waited too long is refused")
  func waitingTooLong() async throws {
    var configuration = try TestServer.configuration()
    configuration.acquireTimeout = .milliseconds(20)
    try await TestServer.withPool(configuration) { pool in
      try await whileBusy(pool) { _ in
        let error = await #expect(throws: PostgresError.self) { try await pool.checkHealth() }
        #expect(error?.code == .poolExhausted)
        #expect(pool.statistics.waiting == 0)
      }
      try await pool.checkHealth()
    }
  }

  @Test("a cancelled caller stops waiting and leaves nothing behind")
  func cancellation() async throws {
    try await TestServer.withPool { pool in
      try await whileBusy(pool) { _ in
        await withThrowingTaskGroup { group in
          group.addTask { try await pool.checkHealth() }
          await waitUntil { pool.statistics.waiting == 1 }
          group.cancelAll()
          await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(pool.statistics.waiting == 0)
      }
      try await pool.checkHealth()
    }
  }

  @Test("a shutdown lets the running body end, refuses those who wait, and those who come later")
  func shutdown() async throws {
    let pool = PostgresPool(try TestServer.configuration())
    try await whileBusy(pool) { leave in
      let waiting = Task { try await pool.checkHealth() }
      await waitUntil { pool.statistics.waiting == 1 }
      async let ended: Void = pool.shutdown()
      let error = await #expect(throws: PostgresError.self) { try await waiting.value }
      #expect(error?.code == .shutDown)
      leave.signal()
      await ended
    }
    let error = await #expect(throws: PostgresError.self) { try await pool.checkHealth() }
    #expect(error?.code == .shutDown)
    await pool.shutdown()
  }

  @Test("many tasks share few connections")
  func load() async throws {
    var configuration = try TestServer.configuration(poolSize: 4)
    configuration.acquireTimeout = .seconds(60)
    try await TestServer.withPool(configuration) { pool in
      let sum = try await withThrowingTaskGroup { group in
        for index in 0..<1_000 {
          group.addTask {
            try await pool.withConnection {
              try $0.query("SELECT $1", .int64(Int64(index)))[0].int64(0)
            }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(sum == 499_500)
      #expect(Numbers(pool) == Numbers(4, 0, 0))
    }
  }
}
