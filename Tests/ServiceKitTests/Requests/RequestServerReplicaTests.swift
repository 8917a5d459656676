// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing
import Wire

@Suite("Request server: replicas, crashes and lost data", .timeLimit(.minutes(3)))
struct RequestServerReplicaTests {
  private static let status = RequestServerTests.status

  @Test("two replicas share a queue, and every request is handled once")
  func share() async throws {
    try await TestStack.with { stack in
      // Neither replica answers before the other has a request too, and each takes one at a time.
      let meeting = Meeting(of: 2)
      let runs = Mutex(0)
      let servers = try ["a", "b"].map { name in
        RequestServerTests.server(try stack.context("keys"), concurrency: 1) { _, _ in
          await meeting.arrive(name)
          runs.withLock { $0 += 1 }
          return Self.status
        }
      }
      try await stack.run(servers) {
        let probe = try await RequestProbe(stack)
        var numbers: [UInt64] = []
        for _ in 0..<20 { numbers.append(try await probe.submit(RequestKeyStatus(), on: StreamName.keysQueue)) }
        for number in numbers { _ = try await probe.answer(to: number) }
        #expect(await probe.frames.count == 20)
      }
      #expect(runs.withLock { $0 } == 20)
    }
  }

  @Test("an entry whose consumer has died is handled by another")
  func claim() async throws {
    try await TestStack.with { stack in
      let probe = try await RequestProbe(stack)
      let number = try await probe.submit(RequestKeyStatus(), on: StreamName.keysQueue)
      try await abandon(in: stack)
      let server = RequestServerTests.server(try stack.context("keys")) { _, _ in Self.status }
      try await stack.run([server]) {
        let answer = try await probe.answer(to: number)
        #expect(answer.kind == FrameKind.keyStatus.rawValue)
      }
      let pending = try await stack.redis.send(RedisCommand("XPENDING", .text(StreamName.keysQueue), "keys"))
      #expect(pending == .array([.integer(0), .null, .null, .null]))
    }
  }

  /// Reads what is in the queue as a consumer that then dies, and lets six seconds seem to pass.
  private func abandon(in stack: TestStack) async throws {
    let queue = RedisArgument.text(StreamName.keysQueue)
    try await stack.redis.send(RedisCommand("XGROUP", "CREATE", queue, "keys", "0", "MKSTREAM"))
    let reader = RedisStreamReader(stack.redisConfiguration)
    let read = try await reader.readGroup(
      group: "keys", consumer: "dead", streams: [StreamName.keysQueue], count: 10, blockMilliseconds: 0)
    await reader.shutdown()
    let ids = read.flatMap(\.entries).map { RedisArgument.id($0.id) }
    #expect(!ids.isEmpty)
    try await stack.redis.send(RedisCommand("XCLAIM", [queue, "keys", "dead", 0] + ids + ["IDLE", 6_000, "JUSTID"]))
  }

  @Test("when Redis has lost its data, the group is made anew and requests are answered again")
  func lostData() async throws {
    try await TestStack.with { stack in
      let server = RequestServerTests.server(try stack.context("keys")) { _, _ in Self.status }
      try await stack.run([server]) {
        let before = try await RequestProbe(stack)
        let _: KeyStatus = try await before.ask(RequestKeyStatus(), on: StreamName.keysQueue)
        try await stack.flushRedis()
        let after = try await RequestProbe(stack)
        let _: KeyStatus = try await after.ask(RequestKeyStatus(), on: StreamName.keysQueue)
      }
    }
  }

  @Test("after Redis has closed every connection, requests are answered again")
  func lostConnections() async throws {
    try await TestStack.with { stack in
      let server = RequestServerTests.server(try stack.context("keys")) { _, _ in Self.status }
      try await stack.run([server]) {
        let before = try await RequestProbe(stack)
        let _: KeyStatus = try await before.ask(RequestKeyStatus(), on: StreamName.keysQueue)
        try await stack.killRedisConnections()
        let after = try await RequestProbe(stack)
        let _: KeyStatus = try await after.ask(RequestKeyStatus(), on: StreamName.keysQueue)
      }
    }
  }

  @Test("a gateway that is gone gets no stream, and its entry is deleted")
  func goneGateway() async throws {
    try await TestStack.with { stack in
      let server = RequestServerTests.server(try stack.context("keys"), concurrency: 1) { _, _ in Self.status }
      let gone = try await RequestProbe(stack)
      let probe = try await RequestProbe(stack)
      try await stack.redis.send(RedisCommand("DEL", .text(StreamName.gateway(gone.gateway))))
      try await gone.submit(RequestKeyStatus(), on: StreamName.keysQueue)
      try await stack.run([server]) {
        let _: KeyStatus = try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue)
      }
      let exists = try await stack.redis.send(RedisCommand("EXISTS", .text(StreamName.gateway(gone.gateway))))
      #expect(exists == .integer(0))
      #expect(try await stack.redis.send(RedisCommand("XLEN", .text(StreamName.keysQueue))) == .integer(0))
    }
  }

  @Test("a graceful shutdown waits for the request under way, and its answer is sent")
  func drain() async throws {
    try await TestStack.with { stack in
      let (started, start) = AsyncStream.makeStream(of: Void.self)
      let server = RequestServerTests.server(try stack.context("keys")) { _, _ in
        start.yield()
        try await gracefulShutdown()
        return Self.status
      }
      let probe = try await RequestProbe(stack)
      let number = try await stack.run([server]) {
        let number = try await probe.submit(RequestKeyStatus(), on: StreamName.keysQueue)
        for await _ in started { break }
        return number
      }
      #expect(try await probe.answer(to: number).kind == FrameKind.keyStatus.rawValue)
      #expect(try await stack.redis.send(RedisCommand("XLEN", .text(StreamName.keysQueue))) == .integer(0))
    }
  }

  @Test("records of another field are handled and deleted; one that a missing server stopped stays")
  func records() async throws {
    try await TestStack.with { stack in
      let (seen, see) = AsyncStream.makeStream(of: Bool.self)
      var server = RequestServer(context: try stack.context("push"), queue: StreamName.pushQueue, group: "push")
      server.onRecord(field: "p", PushRequest.self) { request in
        let isUrgent = request.wakeUps[0].isUrgent
        see.yield(isUrgent)
        // As a Redis that is away would.
        if isUrgent { _ = try await RedisClient(RedisConfiguration("unix:///nonexistent")).send(RedisCommand("PING")) }
      }
      let running = server
      try await stack.run([running]) {
        let probe = try await RequestProbe(stack)
        try await probe.append([0xC1], field: "p", to: StreamName.pushQueue)
        for isUrgent in [true, false] {
          let wakeUp = WakeUp(
            account: RequestServerTests.device.account, device: RequestServerTests.device.device, isUrgent: isUrgent)
          try await probe.append(PushRequest(wakeUps: [wakeUp]).encoded(), field: "p", to: StreamName.pushQueue)
        }
        var values = seen.makeAsyncIterator()
        let both = [await values.next(), await values.next()]
        #expect(Set(both) == [true, false])
      }
      #expect(try await stack.redis.send(RedisCommand("XLEN", .text(StreamName.pushQueue))) == .integer(1))
    }
  }
}

/// Lets nobody pass before all have come.
private actor Meeting {
  private let count: Int
  private var present: Set<String> = []
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(of count: Int) {
    self.count = count
  }

  func arrive(_ name: String) async {
    present.insert(name)
    guard present.count < count else {
      for continuation in waiting { continuation.resume() }
      waiting = []
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }
}
