// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing

@Suite("A Redis script", .timeLimit(.minutes(3)))
struct RedisScriptTests {
  @Test("its name is the one that the server gives it, whatever its length")
  func digest() async throws {
    try await TestServer.withClient { client in
      for length in 0...130 {
        let script = RedisScript("return 1 --" + String(repeating: "x", count: length))
        let name = try await client.send(RedisCommand("SCRIPT", "LOAD", .text(script.source))).textValue
        #expect(name == script.digest)
      }
    }
  }

  @Test("the digest is that of FIPS 180-4 for its example and for the empty message")
  func published() {
    #expect(RedisScript("abc").digest == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(RedisScript("").digest == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    #expect(RedisScript(long).digest == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
  }

  @Test("it runs by its name, and by its source when the server has forgotten it")
  func evaluation() async throws {
    try await PrivateRedis.run { server in
      try await TestServer.withClient(RedisConfiguration(server.address)) { client in
        let script = RedisScript("return {KEYS[1], ARGV[1], #ARGV[2]}")
        let binary: [UInt8] = [0, 13, 10, 255]
        for _ in 0..<3 {
          try await client.send(RedisCommand("SCRIPT", "FLUSH"))
          for _ in 0..<2 {
            let reply = try await client.evaluate(script: script, keys: ["k"], arguments: [.bytes(binary), "four"])
            #expect(reply == .array([.bulk(Array("k".utf8)), .bulk(binary), .integer(4)]))
          }
          let known = try await client.send(RedisCommand("SCRIPT", "EXISTS", .text(script.digest)))
          #expect(known == .array([.integer(1)]))
        }
      }
    }
  }

  @Test("its own error comes with its word")
  func failure() async throws {
    try await TestServer.withClient { client in
      let script = RedisScript("return redis.error_reply('MINE a-secret')")
      let error = await #expect(throws: RedisError.self) { try await client.evaluate(script: script) }
      #expect(error?.serverCode == "MINE")
      #expect(error.map { "\($0)".contains("secret") } == false)
    }
  }
}
