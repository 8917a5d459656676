// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing

@Suite("A Redis client", .timeLimit(.minutes(3)))
struct RedisClientTests {
  @Test("binary values come back as they were sent", arguments: [0, 1, 255, 16_384, 1 << 20])
  func binaryValues(_ count: Int) async throws {
    try await TestServer.withClient { client in
      let value = Array("\r\n$5\r\n".utf8.prefix(count)) + (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      let key = TestServer.key()
      let reply = try await client.send(RedisCommand("SET", .text(key), .bytes(value), "PX", .integer(60_000)))
      #expect(reply == .status("OK"))
      let stored = try await client.send(RedisCommand("GET", .text(key)))
      #expect(try stored.bytesValue == value)
      #expect(try await client.send(RedisCommand("DEL", .text(key))) == .integer(1))
      #expect(try await client.send(RedisCommand("GET", .text(key))) == .null)
    }
  }

  @Test("a command's arguments are the bytes that were given")
  func arguments() {
    let command = RedisCommand("SET", .text("k"), [1, 2], "", 17, .id(RedisStreamID(milliseconds: 5, sequence: 6)))
    #expect(command.arguments == [Array("SET".utf8), [0x6B], [1, 2], [], Array("17".utf8), Array("5-6".utf8)])
  }

  @Test("what each of many tasks sends takes effect in its order, and what belongs together stays together")
  func order() async throws {
    try await TestServer.withClient { client in
      let key = TestServer.key()
      try await withThrowingTaskGroup { group in
        for task in 0..<50 {
          group.addTask {
            for step in 0..<40 {
              // Four at once, then one alone: 10,000 commands altogether.
              let numbers = (0..<4).map { step * 5 + $0 }
              let replies = try await client.send(
                pipeline: numbers.map { RedisCommand("RPUSH", .text(key), "\(task) \($0)") })
              let lengths = try replies.map { reply throws(RedisError) in try reply.integerValue }
              #expect(lengths == (0..<4).map { lengths[0] + $0 })
              try await client.send(RedisCommand("RPUSH", .text(key), "\(task) \(step * 5 + 4)"))
            }
          }
        }
        try await group.waitForAll()
      }
      let list = try await client.send(RedisCommand("LRANGE", .text(key), 0, -1)).arrayValue
      try await client.send(RedisCommand("DEL", .text(key)))
      #expect(list.count == 10_000)
      var next = [Int](repeating: 0, count: 50)
      for element in list {
        let parts = try element.textValue.split(separator: " ").compactMap { Int($0) }
        #expect(parts[1] == next[parts[0]])
        next[parts[0]] += 1
      }
    }
  }

  @Test("an error reply is thrown with its code word, and without the server's words")
  func errorReply() async throws {
    try await TestServer.withClient { client in
      let key = TestServer.key("a-secret")
      try await client.send(RedisCommand("SET", .text(key), "text", "PX", 60_000))
      let line: UInt = #line + 1
      let error = await #expect(throws: RedisError.self) {
        try await client.send(RedisCommand("LPUSH", .text(key), "x"))
      }
      #expect(error?.code == .server)
      #expect(error?.serverCode == "WRONGTYPE")
      #expect(error?.line == line)
      let unknown = await #expect(throws: RedisError.self) {
        try await client.send(RedisCommand("a-secret", "a-secret"))
      }
      #expect(unknown?.serverCode == "ERR")
      #expect(unknown.map { String(reflecting: $0).contains("secret") } == false)
    }
  }

  @Test("in a pipeline an error reply stands in its place")
  func errorInPipeline() async throws {
    try await TestServer.withClient { client in
      let key = TestServer.key()
      let replies = try await client.send(pipeline: [
        RedisCommand("RPUSH", .text(key), "x"), RedisCommand("INCR", .text(key)), RedisCommand("LLEN", .text(key)),
        RedisCommand("DEL", .text(key)),
      ])
      #expect(replies[0] == .integer(1))
      #expect(replies[1].errorCode == "WRONGTYPE")
      #expect(replies[2...] == [.integer(1), .integer(1)])
      #expect(try await client.send(pipeline: []).isEmpty)
      let error = #expect(throws: RedisError.self) { try replies[1].integerValue }
      #expect(error?.serverCode == "WRONGTYPE")
    }
  }

  @Test("a reply of another type than was asked for is an error")
  func mismatch() throws {
    let array = RedisReply.array([.integer(1), .bulk([0xFF]), .null])
    #expect(throws: RedisError.self) { try array.integerValue }
    #expect(throws: RedisError.self) { try RedisReply.integer(1).arrayValue }
    #expect(throws: RedisError.self) { try RedisReply.bulk([0xFF]).textValue }
    #expect(throws: RedisError.self) { try RedisReply.status("OK").bytesValue }
    #expect(throws: RedisError.self) { try RedisReply.null.bytesValue }
    #expect(try RedisReply.null.optionalTextValue == nil)
    #expect(try RedisReply.null.optionalArrayValue == nil)
    #expect(try RedisReply.status("OK").textValue == "OK")
  }

  @Test("a shutdown refuses new commands and fails one that waits")
  func shutdown() async throws {
    let client = RedisClient(try TestServer.configuration())
    let id = try await client.send(RedisCommand("CLIENT", "ID")).integerValue
    let waiting = Task { try await client.send(RedisCommand("BLPOP", .text(TestServer.key()), 0)) }
    try await TestServer.withClient { other in try await other.waitUntilBlocked(id) }
    await client.shutdown()
    for task in [waiting, Task { try await client.send(RedisCommand("PING")) }] {
      let error = await #expect(throws: RedisError.self) { try await task.value }
      #expect(error?.code == .shutDown)
    }
    await client.shutdown()
  }

  @Test("a client that nobody refers to closes its connection")
  func release() async throws {
    try await TestServer.withClient { other in
      let id = try await RedisClient(TestServer.configuration()).send(RedisCommand("CLIENT", "ID")).integerValue
      while try await other.isConnected(id) {}
    }
  }
}

extension RedisClient {
  /// Whether the server has a connection with this number.
  func isConnected(_ id: Int64) async throws -> Bool {
    try await !send(RedisCommand("CLIENT", "LIST", "ID", .integer(id))).textValue.isEmpty
  }

  /// Returns when the connection waits in a blocking command.
  func waitUntilBlocked(_ id: Int64) async throws {
    while try await !send(RedisCommand("CLIENT", "LIST", "ID", .integer(id))).textValue.contains(" flags=b") {}
  }
}
