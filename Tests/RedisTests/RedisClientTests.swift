// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing

@Suite("A Redis client")
struct RedisClientTests {
  @Test("binary values come back as they were sent, empty ones and large ones too")
  func binaryValues() async throws {
    try await TestServer.withClient { client in
      let values: [[UInt8]] = [
        [], [0], Array("\r\n$5\r\n".utf8), Array(0...255), [UInt8](repeating: 0xA5, count: 1 << 20),
      ]
      for value in values {
        let key = TestServer.key()
        let reply = try await client.send(RedisCommand("SET", .text(key), .bytes(value), "PX", .integer(60_000)))
        #expect(reply == .status("OK"))
        #expect(try await client.send(RedisCommand("GET", .text(key))).bytesValue == value)
      }
    }
  }

  @Test("the pipelines of many tasks each stay whole and in order")
  func order() async throws {
    try await TestServer.withClient { client in
      let key = TestServer.key()
      try await withThrowingTaskGroup { group in
        for task in 0..<50 {
          group.addTask {
            for index in 0..<200 {
              _ = try await client.send(
                RedisCommand("RPUSH", .text("\(key):\(task)"), .integer(index)))
            }
          }
        }
        try await group.waitForAll()
      }
      for task in 0..<50 {
        let list = try await client.send(RedisCommand("LRANGE", .text("\(key):\(task)"), 0, -1)).arrayValue
        #expect(try list.map { reply in try reply.textValue } == (0..<200).map(String.init))
        _ = try await client.send(RedisCommand("DEL", .text("\(key):\(task)")))
      }
    }
  }
}
