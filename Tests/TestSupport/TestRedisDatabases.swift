// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit

/// Lends a logical database of the tests' Redis to one test, across all processes that use this server.
///
/// | key (database 0) | type | life |
/// | --- | --- | --- |
/// | `construct:test:next` | counter that says where to look first | for ever |
/// | `construct:test:lease:N` | string, the connection name of who has database N | until given back |
///
/// Who has a lease stays connected under its name; the lease of a process that was killed is taken over.
struct TestRedisDatabases: Sendable {
  private static let take = RedisScript(
    """
    -- KEYS[1]: a lease. ARGV[1]: whose it has to be, '' for nobody's. ARGV[2]: whose it becomes. Returns 1 if it did.
    if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2])
    return 1
    """)

  private let environment: TestEnvironment
  private let name: String
  private let redis: RedisClient

  init(_ environment: TestEnvironment) throws {
    self.environment = environment
    name = "construct-lease-" + [UInt8].random(count: 8).hexadecimal
    redis = RedisClient(try RedisConfiguration(environment.redis(database: 0), clientName: name))
  }

  /// An empty database that nobody else uses.
  func lend() async throws -> Int {
    let count = Int(try await redis.send(RedisCommand("CONFIG", "GET", "databases")).arrayValue[1].textValue) ?? 16
    for _ in 0..<600 {
      var clients = try await redis.send(RedisCommand("CLIENT", "LIST")).textValue
      for _ in 1..<count {
        let next = try await redis.send(RedisCommand("INCR", "construct:test:next")).integerValue
        let number = 1 + Int(next) % (count - 1)
        let owner = try await redis.send(RedisCommand("GET", .text(key(number)))).optionalTextValue ?? ""
        if !owner.isEmpty {
          if clients.contains("name=\(owner) ") { continue }
          // Who has taken it since the list was made was connected before: a second look tells it from who is gone.
          clients = try await redis.send(RedisCommand("CLIENT", "LIST")).textValue
          if clients.contains("name=\(owner) ") { continue }
        }
        let taken = try await redis.evaluate(
          script: Self.take, keys: [.text(key(number))], arguments: [.text(owner), .text(name)])
        guard taken == .integer(1) else { continue }
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
