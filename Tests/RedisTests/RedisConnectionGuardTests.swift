// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing

@Suite("Commands that must go over a connection that is known already", .timeLimit(.minutes(3)))
struct RedisConnectionGuardTests {
  @Test("are sent over that one, and refused without being sent once it is another")
  func generation() async throws {
    try await TestServer.withClient { client in
      let key = TestServer.key()
      let id = try await client.send(RedisCommand("CLIENT", "ID")).integerValue
      let first = client.connectionGeneration
      let replies = try await client.send(pipeline: [RedisCommand("INCR", .text(key))], onConnection: first)
      #expect(replies == [.integer(1)])

      try await TestServer.withClient { other in
        _ = try await other.send(RedisCommand("CLIENT", "KILL", "ID", .integer(id)))
      }
      let increment = [RedisCommand("INCR", .text(key))]
      await #expect(throws: RedisError.self) { try await client.send(pipeline: increment, onConnection: first) }
      // A new connection is made, and the old number stays refused.
      #expect(try await client.send(RedisCommand("GET", .text(key))).textValue == "1")
      #expect(client.connectionGeneration > first)
      await #expect { try await client.send(pipeline: increment, onConnection: first) } throws: { error in
        (error as? RedisError)?.code == .unavailable
      }
      let current = client.connectionGeneration
      #expect(try await client.send(pipeline: increment, onConnection: current) == [.integer(2)])
      try await client.send(RedisCommand("DEL", .text(key)))
    }
  }
}
