// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing

@Suite("A Redis client whose server fails", .timeLimit(.minutes(3)))
struct RedisRecoveryTests {
  @Test("what was sent on a killed connection has an unknown outcome, and the next command finds a new connection")
  func killed() async throws {
    try await TestServer.withClient { other in
      try await TestServer.withClient { client in
        #expect(client.connectionGeneration == 0)
        let id = try await client.send(RedisCommand("CLIENT", "ID")).integerValue
        #expect(client.connectionGeneration == 1)
        let waiting = Task { try await client.send(RedisCommand("BLPOP", .text(TestServer.key()), 0)) }
        try await other.waitUntilBlocked(id)
        let behind = Task { try await client.send(pipeline: [RedisCommand("PING"), RedisCommand("PING")]) }
        try await other.send(RedisCommand("CLIENT", "KILL", "ID", .integer(id)))
        let error = await #expect(throws: RedisError.self) { try await waiting.value }
        #expect(error?.code == .connectionLost)
        // It was sent with the other one, or waited its turn, or came later and found the new connection.
        if case .failure(let error) = await behind.result {
          #expect([.connectionLost, .unavailable].contains((error as? RedisError)?.code))
        }
        try await client.checkHealth()
        #expect(client.connectionGeneration == 2)
      }
    }
  }

  @Test("a connection that was killed while nobody used it is replaced unnoticed")
  func killedIdle() async throws {
    try await TestServer.withClient { other in
      try await TestServer.withClient { client in
        let id = try await client.send(RedisCommand("CLIENT", "ID")).integerValue
        try await other.send(RedisCommand("CLIENT", "KILL", "ID", .integer(id)))
        // The server says goodbye by closing; its end of the socket is closed when the list is without it.
        while try await other.isConnected(id) {}
        try await client.checkHealth()
        #expect(client.connectionGeneration == 2)
      }
    }
  }

  @Test("a server that is not there is unavailable, and found when it comes")
  func missing() async throws {
    let server = try PrivateRedis()
    try await TestServer.withClient(RedisConfiguration(server.address)) { client in
      await withTaskGroup { group in
        for _ in 0..<20 {
          group.addTask {
            let error = await #expect(throws: RedisError.self) { try await client.checkHealth() }
            #expect(error?.code == .unavailable)
          }
        }
      }
      #expect(client.connectionGeneration == 0)
      try await server.start()
      try await client.checkHealth()
      await server.kill()
      await #expect(throws: RedisError.self) { try await client.checkHealth() }
      try await server.start()
      // One attempt may still be due to the time without a server.
      var failures = 0
      while failures < 3 {
        do {
          try await client.checkHealth()
          break
        } catch { failures += 1 }
      }
      #expect(failures < 3)
      #expect(client.connectionGeneration == 2)
    }
    try await server.remove()
  }

  @Test("after a loss the sent fail as lost and the unsent as unavailable, in order")
  func lossInOrder() async throws {
    try await PrivateRedis.run { server in
      var configuration = try RedisConfiguration(server.address)
      configuration.commandTimeoutMilliseconds = 60_000
      try await TestServer.withClient(configuration) { client in
        try await client.checkHealth()
        await server.halt()
        // 40 MiB are more than the sockets hold.
        let block = [UInt8](repeating: 1, count: 1 << 20)
        // The tasks are started one after the other, so their order is that of the queue.
        var tasks: [Task<Void, any Error>] = []
        for index in 0..<40 {
          let command = RedisCommand("SET", .text("key \(index)"), .bytes(block))
          tasks.append(Task { _ = try await client.send(command) })
          while client.queuedCommandCount <= index { await Task.yield() }
        }
        await server.kill()
        var codes: [RedisError.Code?] = []
        for task in tasks {
          codes.append(await #expect(throws: RedisError.self) { try await task.value }?.code)
        }
        let sent = codes.prefix { $0 == .connectionLost }.count
        #expect(sent > 0 && sent < 40)
        #expect(codes.dropFirst(sent).allSatisfy { $0 == .unavailable })
      }
    }
  }

  @Test("a server that falls silent costs the connection after the command timeout")
  func silent() async throws {
    try await PrivateRedis.run { server in
      var configuration = try RedisConfiguration(server.address)
      configuration.commandTimeoutMilliseconds = 50
      try await TestServer.withClient(configuration) { client in
        try await client.checkHealth()
        await server.halt()
        let error = await #expect(throws: RedisError.self) { try await client.checkHealth() }
        #expect(error?.code == .timeout)
        await server.proceed()
        try await client.checkHealth()
        #expect(client.connectionGeneration == 2)
      }
    }
  }

  @Test("callers beyond the bound are told to slow down, and those within it are served")
  func backpressure() async throws {
    try await PrivateRedis.run { server in
      var configuration = try RedisConfiguration(server.address)
      configuration.maximumQueuedCommands = 10
      configuration.maximumQueuedBytes = 1_000
      try await TestServer.withClient(configuration) { client in
        try await client.checkHealth()
        await server.halt()
        try await withThrowingTaskGroup { group in
          for _ in 0..<10 { group.addTask { try await client.checkHealth() } }
          while client.queuedCommandCount < 10 { await Task.yield() }
          let error = await #expect(throws: RedisError.self) { try await client.checkHealth() }
          #expect(error?.code == .backpressure)
          await server.proceed()
          try await group.waitForAll()
        }
        #expect(client.queuedCommandCount == 0)
        try await client.checkHealth()
        for pipeline in [
          [RedisCommand](repeating: RedisCommand("PING"), count: 11),
          [RedisCommand("PING", .bytes([UInt8](repeating: 0, count: 1_000)))],
        ] {
          let error = await #expect(throws: RedisError.self) { try await client.send(pipeline: pipeline) }
          #expect(error?.code == .tooLarge)
        }
      }
    }
  }

  @Test("a cancelled caller is released at once, and the command may still take effect")
  func cancellation() async throws {
    try await TestServer.withClient { other in
      try await TestServer.withClient { client in
        let id = try await client.send(RedisCommand("CLIENT", "ID")).integerValue
        let key = TestServer.key()
        let waiting = Task { try await client.send(RedisCommand("BLPOP", .text(key), 0)) }
        try await other.waitUntilBlocked(id)
        waiting.cancel()
        let error = await #expect(throws: RedisError.self) { try await waiting.value }
        #expect(error?.code == .cancelled)
        try await other.send(RedisCommand("RPUSH", .text(key), "x"))
        try await client.checkHealth()
        #expect(client.queuedCommandCount == 0)
        #expect(client.connectionGeneration == 1)
        #expect(try await other.send(RedisCommand("EXISTS", .text(key))) == .integer(0))
      }
    }
  }
}
