// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing

@Suite("A Redis stream reader", .timeLimit(.minutes(3)))
struct RedisStreamReaderTests {
  /// Lends a reader and a client, and shuts both down afterwards.
  private func withReader(_ body: (RedisStreamReader, RedisClient) async throws -> Void) async throws {
    let reader = RedisStreamReader(try TestServer.configuration())
    let result: Result<Void, any Error>
    do {
      result = .success(try await TestServer.withClient { try await body(reader, $0) })
    } catch {
      result = .failure(error)
    }
    await reader.shutdown()
    try result.get()
  }

  /// The number of the connection that waits in a blocking command and carries `name`.
  private func waitUntilBlocked(_ name: String, seenBy client: RedisClient) async throws -> Int64 {
    while true {
      let list = try await client.send(RedisCommand("CLIENT", "LIST")).textValue
      for line in list.split(separator: "\n") where line.contains(" name=\(name) ") && line.contains(" flags=b") {
        if let id = line.split(separator: " ").first.flatMap({ Int64($0.dropFirst("id=".count)) }) { return id }
      }
    }
  }

  private func namedReader() throws -> (RedisStreamReader, String) {
    let name = "reader-\(UInt64.random(in: 0 ... .max))"
    var configuration = try TestServer.configuration()
    configuration.clientName = name
    return (RedisStreamReader(configuration), name)
  }

  private func add(_ key: String, _ value: [UInt8], by client: RedisClient) async throws -> RedisStreamID {
    let text = try await client.send(RedisCommand("XADD", .text(key), "*", "v", .bytes(value))).textValue
    return try #require(RedisStreamID(text))
  }

  @Test("entries come from several streams, in order, from behind the given ids, and no more than asked")
  func reading() async throws {
    try await withReader { reader, client in
      let keys = [TestServer.key("a"), TestServer.key("b"), TestServer.key("c")]
      var ids: [RedisStreamID] = []
      for value in 0..<5 { ids.append(try await add(keys[0], [UInt8(value), 0, 255], by: client)) }
      let other = try await add(keys[1], [], by: client)
      let found = try await reader.read(
        streams: [(keys[0], ids[1]), (keys[1], .zero), (keys[2], .zero)], count: 2, blockMilliseconds: 0)
      #expect(found.map(\.key) == [keys[0], keys[1]])
      #expect(found[0].entries.map(\.id) == [ids[2], ids[3]])
      #expect(found[0].entries.map { $0.value("v") } == [[2, 0, 255], [3, 0, 255]])
      #expect(found[1].entries == [RedisStreamEntry(id: other, fields: [.init(name: Array("v".utf8), value: [])])])
      #expect(found[1].entries[0].value("w") == nil)
      #expect(try await reader.read(streams: [(keys[0], ids[4])], count: 1, blockMilliseconds: 0).isEmpty)
      #expect(try await reader.read(streams: [(keys[0], ids[4])], count: 1, blockMilliseconds: 1).isEmpty)
      let range = try await client.send(RedisCommand("XRANGE", .text(keys[0]), "-", "+"))
      #expect(try RedisStreamEntry.list(range).map(\.id) == ids)
      for key in keys { try await client.send(RedisCommand("DEL", .text(key))) }
    }
  }

  @Test("a read that waits wakes for a new entry")
  func waking() async throws {
    try await TestServer.withClient { client in
      let (reader, name) = try namedReader()
      let key = TestServer.key()
      let reading = Task { try await reader.read(streams: [(key, .zero)], count: 10, blockMilliseconds: 60_000) }
      _ = try await waitUntilBlocked(name, seenBy: client)
      let id = try await add(key, [1], by: client)
      #expect(try await reading.value.first?.entries.map(\.id) == [id])
      try await client.send(RedisCommand("DEL", .text(key)))
      await reader.shutdown()
    }
  }

  @Test("a shutdown ends a read that waits at once")
  func shutdown() async throws {
    try await TestServer.withClient { client in
      let (reader, name) = try namedReader()
      let reading = Task {
        try await reader.read(streams: [(TestServer.key(), .zero)], count: 1, blockMilliseconds: 600_000)
      }
      _ = try await waitUntilBlocked(name, seenBy: client)
      await reader.shutdown()
      let error = await #expect(throws: RedisError.self) { try await reading.value }
      #expect(error?.code == .shutDown)
    }
  }

  @Test("a cancelled read gives its connection up, so that the next entry goes to the next read")
  func cancellation() async throws {
    try await TestServer.withClient { client in
      let (reader, name) = try namedReader()
      let key = TestServer.key()
      try await client.send(RedisCommand("XGROUP", "CREATE", .text(key), "g", "0", "MKSTREAM"))
      let reading = Task {
        try await reader.readGroup(group: "g", consumer: "c", streams: [key], count: 1, blockMilliseconds: 600_000)
      }
      let id = try await waitUntilBlocked(name, seenBy: client)
      reading.cancel()
      let error = await #expect(throws: RedisError.self) { try await reading.value }
      #expect(error?.code == .cancelled)
      while try await client.isConnected(id) {}
      let entry = try await add(key, [1], by: client)
      let found = try await reader.readGroup(
        group: "g", consumer: "c", streams: [key], count: 1, blockMilliseconds: 60_000)
      #expect(found.first?.entries.map(\.id) == [entry])
      #expect(reader.connectionGeneration == 2)
      try await client.send(RedisCommand("DEL", .text(key)))
      await reader.shutdown()
    }
  }

  @Test("a killed connection fails the read, and the next read finds a new one")
  func killed() async throws {
    try await TestServer.withClient { client in
      let (reader, name) = try namedReader()
      let reading = Task {
        try await reader.read(streams: [(TestServer.key(), .zero)], count: 1, blockMilliseconds: 600_000)
      }
      let id = try await waitUntilBlocked(name, seenBy: client)
      try await client.send(RedisCommand("CLIENT", "KILL", "ID", .integer(id)))
      let error = await #expect(throws: RedisError.self) { try await reading.value }
      #expect(error?.code == .connectionLost)
      #expect(try await reader.read(streams: [(TestServer.key(), .zero)], count: 1, blockMilliseconds: 0).isEmpty)
      #expect(reader.connectionGeneration == 2)
      await reader.shutdown()
    }
  }

  @Test("members of a group share the entries, and what a member had comes again until it is acknowledged")
  func groups() async throws {
    try await withReader { reader, client in
      let key = TestServer.key()
      let missing = await #expect(throws: RedisError.self) {
        try await reader.readGroup(group: "g", consumer: "a", streams: [key], count: 1, blockMilliseconds: 0)
      }
      #expect(missing?.serverCode == "NOGROUP")
      try await client.send(RedisCommand("XGROUP", "CREATE", .text(key), "g", "0", "MKSTREAM"))
      let again = await #expect(throws: RedisError.self) {
        try await client.send(RedisCommand("XGROUP", "CREATE", .text(key), "g", "0", "MKSTREAM"))
      }
      #expect(again?.serverCode == "BUSYGROUP")
      var ids: [RedisStreamID] = []
      for value in 0..<3 { ids.append(try await add(key, [UInt8(value)], by: client)) }
      let forA = try await reader.readGroup(group: "g", consumer: "a", streams: [key], count: 2, blockMilliseconds: 0)
      #expect(forA.first?.entries.map(\.id) == [ids[0], ids[1]])
      let forB = try await reader.readGroup(group: "g", consumer: "b", streams: [key], count: 2, blockMilliseconds: 0)
      #expect(forB.first?.entries.map(\.id) == [ids[2]])
      try await client.send(RedisCommand("XACK", .text(key), "g", .id(ids[0])))
      try await client.send(RedisCommand("XDEL", .text(key), .id(ids[1])))
      let pending = try await reader.readGroup(
        group: "g", consumer: "a", streams: [key], count: 9, blockMilliseconds: 0, pendingAfter: .zero)
      #expect(pending.first?.entries == [RedisStreamEntry(id: ids[1], fields: [])])
      let none = try await reader.readGroup(
        group: "g", consumer: "a", streams: [key], count: 9, blockMilliseconds: 0, pendingAfter: ids[1])
      #expect(none.isEmpty)
      try await client.send(RedisCommand("DEL", .text(key)))
    }
  }
}

@Suite("The id of a stream's entry", .timeLimit(.minutes(3)))
struct RedisStreamIDTests {
  @Test("it is read as it is written", arguments: ["0-0", "1-2", "18446744073709551615-18446744073709551615"])
  func text(_ text: String) {
    #expect(RedisStreamID(text)?.description == text)
  }

  @Test(
    "anything else is refused",
    arguments: ["", "-", "1", "1-", "-1", "1-2-3", "+1-2", "1- 2", "x-1", "18446744073709551616-0"])
  func malformed(_ text: String) {
    #expect(RedisStreamID(text) == nil)
  }

  @Test("time counts before number")
  func order() {
    let ids = ["0-0", "0-1", "1-0", "1-5", "2-0"].compactMap { RedisStreamID($0) }
    #expect(ids.shuffled().sorted() == ids)
    #expect(ids.first == .zero)
  }
}
