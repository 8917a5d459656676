// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import PushRelayService

@Suite("The registering of push tokens", .timeLimit(.minutes(3)))
struct PushTokenTests {
  private static func run(_ body: @escaping @Sendable (TestStack, RequestProbe) async throws -> Void) async throws {
    try await TestStack.with { stack in
      try await stack.addAccount()
      let context = try stack.context("push-relay")
      try await stack.run(try await PushRelayService.build(context)) {
        try await body(stack, try await RequestProbe(stack))
      }
    }
  }

  private static func register(
    _ probe: RequestProbe, _ token: [UInt8], _ provider: PushProvider = .apns, as device: DeviceAddress? = Sample.phone
  ) async throws {
    _ = try await probe.ask(
      RegisterPush(provider: provider, token: token), on: StreamName.pushQueue, as: device, expecting: Done.self)
  }

  @Test("a token is kept sealed, and nothing of it is in the database, in Redis or in the log")
  func sealedAtRest() async throws {
    try await Self.run { stack, probe in
      try await Self.register(probe, Sample.token)
      let rows = try await stack.tokenRows()
      #expect(rows.map(\.device) == [1])
      #expect(rows.map(\.provider) == [1])
      #expect(!rows[0].sealed.contains(Sample.token))
      let found = try await stack.postgres.withConnection { connection in
        try connection.query(
          "SELECT count(*) FROM push_tokens t WHERE position($1 IN t::text::bytea) > 0",
          .bytes(Array(Sample.token.hexadecimal.utf8))
        ).map { try $0.int64(0) }
      }
      #expect(found == [0])
      #expect(!stack.log.contains(String(decoding: Sample.token, as: UTF8.self)))
      #expect(try await stack.redis.send(RedisCommand("EXISTS", .text(StreamName.pushQueue))) == .integer(1))
    }
  }

  @Test("a token that is registered again replaces the one before, each provider has its own")
  func replaced() async throws {
    try await Self.run { stack, probe in
      try await Self.register(probe, Sample.token)
      let first = try await stack.tokenRows()
      try await Self.register(probe, [1, 2, 3])
      try await Self.register(probe, [4], .fcm)
      let rows = try await stack.tokenRows()
      #expect(rows.map(\.provider) == [1, 3])
      #expect(rows[0].sealed != first[0].sealed)
    }
  }

  @Test("a removed token is gone, and removing it again is no error")
  func removed() async throws {
    try await Self.run { stack, probe in
      try await Self.register(probe, Sample.token)
      try await Self.register(probe, Sample.token, as: Sample.tablet)
      for _ in 0..<2 {
        _ = try await probe.ask(
          RemovePush(provider: .apns), on: StreamName.pushQueue, as: Sample.phone, expecting: Done.self)
      }
      #expect(try await stack.tokenRows().map(\.device) == [2])
    }
  }

  @Test("a device that its account removes takes its token along")
  func removedDevice() async throws {
    try await Self.run { stack, probe in
      try await Self.register(probe, Sample.token, as: Sample.tablet)
      _ = try await stack.postgres.withConnection { try $0.execute("DELETE FROM devices WHERE device = 2") }
      #expect(try await stack.tokenRows().isEmpty)
      await #expect(throws: Failure(.deviceUnknown)) {
        try await Self.register(probe, Sample.token, as: Sample.tablet)
      }
    }
  }

  @Test("a connection that is not authenticated registers nothing, and an empty token is refused")
  func refused() async throws {
    try await Self.run { stack, probe in
      await #expect(throws: Failure(.notAuthenticated)) { try await Self.register(probe, Sample.token, as: nil) }
      await #expect(throws: Failure(.malformedFrame)) { try await Self.register(probe, []) }
      let rows = try await stack.tokenRows()
      #expect(rows.isEmpty)
    }
  }
}
