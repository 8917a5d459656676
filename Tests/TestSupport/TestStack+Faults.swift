// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis

/// Trouble of the kind that servers make, for this stack alone.
extension TestStack {
  /// Redis loses everything it has.
  public func flushRedis() async throws {
    try await redis.send(RedisCommand("FLUSHDB"))
  }

  /// Redis closes all connections of this stack's services, and of the test.
  public func killRedisConnections() async throws {
    let list = try await redis.send(RedisCommand("CLIENT", "LIST")).textValue
    let own = try await redis.send(RedisCommand("CLIENT", "ID")).integerValue
    let number = try await redis.send(RedisCommand("CLIENT", "INFO")).textValue.field("db")
    for line in list.split(separator: "\n") where String(line).field("db") == number {
      guard let id = String(line).field("id"), id != String(own) else { continue }
      try await redis.send(RedisCommand("CLIENT", "KILL", "ID", .text(id)))
    }
  }

  /// PostgreSQL closes all connections to this stack's database, except the one that asks.
  public func terminatePostgresConnections() async throws {
    _ = try await postgres.withConnection { connection in
      try connection.query(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """)
    }
  }
}

extension String {
  /// The value of `name=` in a line of CLIENT LIST.
  fileprivate func field(_ name: String) -> String? {
    for word in split(whereSeparator: \.isWhitespace) where word.hasPrefix("\(name)=") {
      return String(word.dropFirst(name.count + 1))
    }
    return nil
  }
}
