// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

/// Through a real Redis, with a probe in the place of a gateway.
@Suite("Request server", .timeLimit(.minutes(3)))
struct RequestServerTests {
  static let device = DeviceAddress(account: AccountID(Identifier128(high: 1, low: 2)), device: .first)

  /// A server of the keys' queue that answers RequestKeyStatus as `handle` says.
  static func server(
    _ context: ServiceContext, concurrency: Int = 32,
    _ handle: @escaping @Sendable (RequestKeyStatus, RequestOrigin) async throws -> KeyStatus
  ) -> RequestServer {
    var server = RequestServer(context: context, queue: StreamName.keysQueue, group: "keys", concurrency: concurrency)
    server.on(RequestKeyStatus.self, handle)
    return server
  }

  static let status = KeyStatus(oneTimePreKeys: 7, signedPreKeyID: 1, lastResortPreKeyID: 2)

  @Test("a request is answered on the gateway's stream, and its entry is deleted")
  func answers() async throws {
    try await TestStack.with { stack in
      let server = Self.server(try stack.context("keys")) { _, origin in
        let address = try origin.authenticated()
        #expect(address == Self.device)
        #expect(origin.addressHash == [1, 2, 3])
        #expect(origin.connection == 1)
        return Self.status
      }
      try await stack.run([server]) {
        let probe = try await RequestProbe(stack)
        let answer: KeyStatus = try await probe.ask(
          RequestKeyStatus(), on: StreamName.keysQueue, as: Self.device, origin: [1, 2, 3])
        #expect(answer == Self.status)
      }
      #expect(try await stack.redis.send(RedisCommand("XLEN", .text(StreamName.keysQueue))) == .integer(0))
      let consumers = try await stack.redis.send(
        RedisCommand("XINFO", "CONSUMERS", .text(StreamName.keysQueue), "keys"))
      #expect(consumers == .array([]), "a consumer that drained leaves its group")
    }
  }

  @Test("a failure that a handler throws reaches the client as it is")
  func failure() async throws {
    try await TestStack.with { stack in
      let server = Self.server(try stack.context("keys")) { _, origin in
        _ = try origin.authenticated()
        throw Failure(.staleDeviceList, retryAfterMilliseconds: 5, deviceListNumber: 9)
      }
      try await stack.run([server]) {
        let probe = try await RequestProbe(stack)
        await #expect(throws: Failure(.staleDeviceList, retryAfterMilliseconds: 5, deviceListNumber: 9)) {
          let _: KeyStatus = try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue, as: Self.device)
        }
        await #expect(throws: Failure(.notAuthenticated)) {
          let _: KeyStatus = try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue)
        }
      }
    }
  }

  @Test("a malformed body and an unknown kind get coded failures, and the handler never sees them")
  func badInput() async throws {
    try await TestStack.with { stack in
      let server = Self.server(try stack.context("keys")) { _, _ in
        Issue.record("the handler ran")
        return Self.status
      }
      try await stack.run([server]) {
        let probe = try await RequestProbe(stack)
        let deadline = systemMilliseconds() + 10_000
        // A map whose field numbers do not ascend.
        let malformed = try await probe.submit(
          kind: FrameKind.requestKeyStatus.rawValue, body: [0x82, 0x02, 0x01, 0x01, 0x01], on: StreamName.keysQueue,
          deadline: deadline)
        #expect(try await failureCode(probe.answer(to: malformed)) == .malformedFrame)
        for kind in [FrameKind.send.rawValue, 0x7777] {
          let unknown = try await probe.submit(kind: kind, body: [0x80], on: StreamName.keysQueue, deadline: deadline)
          #expect(try await failureCode(probe.answer(to: unknown)) == .unknownFrame)
        }
      }
    }
  }

  @Test("an entry that is no request is logged and deleted, and the next one is answered")
  func garbage() async throws {
    try await TestStack.with { stack in
      let server = Self.server(try stack.context("keys"), concurrency: 1) { _, _ in Self.status }
      try await stack.run([server]) {
        let probe = try await RequestProbe(stack)
        try await probe.append([0xC1, 0xFF], field: StreamName.field, to: StreamName.keysQueue)
        try await probe.append([0x80], field: "x", to: StreamName.keysQueue)
        let answer: KeyStatus = try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue)
        #expect(answer == Self.status)
      }
      #expect(stack.log.lines.count { $0.contains("an entry of the queue was refused") } == 2)
      #expect(try await stack.redis.send(RedisCommand("XLEN", .text(StreamName.keysQueue))) == .integer(0))
    }
  }

  @Test("a request that is past its deadline is dropped without running the handler")
  func late() async throws {
    try await TestStack.with { stack in
      let runs = Mutex(0)
      let server = Self.server(try stack.context("keys"), concurrency: 1) { _, _ in
        runs.withLock { $0 += 1 }
        return Self.status
      }
      let probe = try await RequestProbe(stack)
      // Both are in the queue before the server is there, so they are handled in this order.
      let late = try await probe.submit(
        kind: FrameKind.requestKeyStatus.rawValue, body: [0x80], on: StreamName.keysQueue,
        deadline: systemMilliseconds() - 1)
      try await stack.run([server]) {
        let _: KeyStatus = try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue)
      }
      #expect(runs.withLock { $0 } == 1)
      #expect(await probe.frames.allSatisfy { $0.request != late })
      #expect(try await stack.redis.send(RedisCommand("XLEN", .text(StreamName.keysQueue))) == .integer(0))
    }
  }

  @Test("an answer that is found after the deadline is not sent")
  func lateAnswer() async throws {
    try await TestStack.with { stack in
      let clock = TestClock()
      let isFirst = Mutex(true)
      let context = try stack.context("keys", clock: clock.clock)
      let server = Self.server(context, concurrency: 1) { _, _ in
        if isFirst.withLock({ value in
          defer { value = false }; return value
        }) {
          clock.advance(milliseconds: 20_000)
        }
        return Self.status
      }
      let probe = try await RequestProbe(stack)
      try await stack.run([server]) {
        let slow = try await probe.submit(RequestKeyStatus(), on: StreamName.keysQueue, within: .seconds(15))
        let _: KeyStatus = try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue, within: .seconds(30))
        #expect(await probe.frames.allSatisfy { $0.request != slow })
      }
    }
  }

  @Test("a missing PostgreSQL is told as unavailable, with a time to come back")
  func postgresAway() async throws {
    try await TestStack.with { stack in
      let nowhere = PostgresPool(PostgresConfiguration(connectionString: "host=/nonexistent"))
      let server = Self.server(try stack.context("keys")) { _, _ in
        try await nowhere.checkHealth()
        return Self.status
      }
      try await stack.run([server]) {
        let probe = try await RequestProbe(stack)
        await #expect(throws: Failure(.unavailable, retryAfterMilliseconds: 1_000)) {
          let _: KeyStatus = try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue)
        }
      }
      await nowhere.shutdown()
    }
  }

  @Test("an error that nobody expected is logged and told as internal, without its words")
  func unexpected() async throws {
    struct Surprise: Error {}
    try await TestStack.with { stack in
      let server = Self.server(try stack.context("keys")) { _, _ in throw Surprise() }
      try await stack.run([server]) {
        let probe = try await RequestProbe(stack)
        await #expect(throws: Failure(.internalError)) {
          let _: KeyStatus = try await probe.ask(RequestKeyStatus(), on: StreamName.keysQueue)
        }
      }
      #expect(stack.log.contains("Surprise"))
    }
  }
}

func failureCode(_ frame: OutboundFrame) throws -> FailureCode {
  #expect(frame.kind == FrameKind.failure.rawValue)
  return try Failure(encoded: frame.body).code
}
