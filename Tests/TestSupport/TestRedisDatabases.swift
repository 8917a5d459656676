// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis

/// Lends the logical databases of the tests' Redis, one to a test, across all processes that use this server.
///
/// | key (database 0) | type | life |
/// | --- | --- | --- |
/// | `construct:test:next` | counter that says where to look first | for ever |
/// | `construct:test:lease:N` | string: database N is lent | until given back, or 15 minutes |
struct TestRedisDatabases: Sendable {
  private static let leaseMilliseconds = 900_000

  private let environment: TestEnvironment
  private let redis: RedisClient

  init(_ environment: TestEnvironment) throws {
    self.environment = environment
    redis = RedisClient(try RedisConfiguration(environment.redis(database: 0), clientName: "construct-test-lease"))
  }

  /// An empty database that nobody else uses.
  func lend() async throws -> Int {
    let count = Int(try await redis.send(RedisCommand("CONFIG", "GET", "databases")).arrayValue[1].textValue) ?? 16
    for _ in 0..<600 {
      for _ in 1..<count {
        let next = try await redis.send(RedisCommand("INCR", "construct:test:next")).integerValue
        let number = 1 + Int(next) % (count - 1)
        let reply = try await redis.send(
          RedisCommand("SET", .text(key(number)), "1", "NX", "PX", .integer(Self.leaseMilliseconds)))
        guard reply != .null else { continue }
        try await flush(number)
        return number
      }
      // Every database is lent: this server has few of them, and a test somewhere will end.
      try await Task.sleep(for: .milliseconds(200))
    }
    throw TestSupportError("no logical database of the tests' Redis became free; start it with --databases 512")
  }

  func giveBack(_ number: Int) async throws {
    try await flush(number)
    try await redis.send(RedisCommand("DEL", .text(key(number))))
  }

  func shutdown() async {
    await redis.shutdown()
  }

  private func flush(_ number: Int) async throws {
    let client = RedisClient(try RedisConfiguration(environment.redis(database: number)))
    let result: Result<Void, any Error>
    do {
      try await client.send(RedisCommand("FLUSHDB"))
      result = .success(())
    } catch { result = .failure(error) }
    await client.shutdown()
    try result.get()
  }

  private func key(_ number: Int) -> String { "construct:test:lease:\(number)" }
}
