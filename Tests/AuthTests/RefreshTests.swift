// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Refreshing", .timeLimit(.minutes(3)))
struct RefreshTests {
  @Test("a refresh gives new tokens of the same session")
  func refresh() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let first = try await client.login(alice)
      let second = try await client.refresh(first)
      let third = try await client.refresh(second)
      #expect(Set([first, second, third].map(\.refreshToken)).count == 3)
      let keys = TokenKeyStore(
        postgres: client.stack.postgres, issuer: TestStack.domain, logger: client.stack.log.logger("test"))
      let sessions = [
        try await keys.verify(first.accessToken), try await keys.verify(second.accessToken),
        try await keys.verify(third.accessToken),
      ]
      #expect(Set(sessions.map(\.session)).count == 1)
      #expect(sessions.allSatisfy { $0.address == alice.address })
      #expect(try await client.stack.count("SELECT count(*) FROM refresh_families") == 1)
    }
  }

  @Test("a token that was used before revokes its family, and no other")
  func reuse() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let other = try await client.login(alice)
      let first = try await client.login(alice)
      let second = try await client.refresh(first)
      let third = try await client.refresh(second)
      await expectRefusal(.sessionRevoked) { _ = try await client.refresh(first) }
      await expectRefusal(.sessionRevoked) { _ = try await client.refresh(third) }
      _ = try await client.refresh(other)
    }
  }

  @Test("of two uses at once one wins, and the other revokes the family")
  func race() async throws {
    try await AuthClient.with(replicas: 2) { client in
      let tokens = try await client.login(client.registered())
      var winners: [Tokens] = []
      try await client.stack.holding("SELECT family FROM refresh_families FOR UPDATE", until: 2) {
        async let one = Self.attempt(client, tokens)
        async let two = Self.attempt(client, tokens)
        winners = await [one, two].compactMap(\.self)
      }
      #expect(winners.count == 1)
      for winner in winners {
        await expectRefusal(.sessionRevoked) { _ = try await client.refresh(winner) }
      }
      #expect(try await client.stack.count("SELECT count(*) FROM refresh_families") == 0)
    }
  }

  @Test("one request that is handled twice is one use, and both answers are the same")
  func redelivery() async throws {
    try await AuthClient.with(replicas: 2) { client in
      let tokens = try await client.login(client.registered())
      let request = ServiceRequest(
        gateway: client.probe.gateway, connection: 7, request: 700, kind: RefreshTokens.kind.rawValue,
        body: RefreshTokens(refreshToken: tokens.refreshToken).encoded()[...], deadline: .max)
      let first = try await Self.answer(to: request, client)
      let second = try await Self.answer(to: request, client)
      #expect(first.refreshToken != tokens.refreshToken)
      #expect(second.refreshToken == first.refreshToken)
      #expect(second.refreshExpiry == first.refreshExpiry)
      let next = try await client.refresh(second)
      // Late, behind another refresh, it is like every use of an old token.
      await expectRefusal(.sessionRevoked) { _ = try await Self.answer(to: request, client) }
      await expectRefusal(.sessionRevoked) { _ = try await client.refresh(next) }
    }
  }

  @Test(
    "a stolen token does not pass for a request that is handled twice",
    arguments: [(nil, 7, 701), (nil, 8, 700), ("gw-thief", 7, 700)] as [(String?, UInt64, UInt64)])
  func stolen(gateway: String?, connection: UInt64, number: UInt64) async throws {
    try await AuthClient.with { client in
      let tokens = try await client.login(client.registered())
      var request = ServiceRequest(
        gateway: client.probe.gateway, connection: 7, request: 700, kind: RefreshTokens.kind.rawValue,
        body: RefreshTokens(refreshToken: tokens.refreshToken).encoded()[...], deadline: .max)
      let owner = try await Self.answer(to: request, client)
      request.gateway = gateway ?? client.probe.gateway
      request.connection = connection
      request.request = number
      try await client.probe.append(request.encoded(), field: StreamName.field, to: StreamName.authQueue)
      // Whether or not its answer comes here, the family is gone by the time of it.
      while try await client.stack.count("SELECT count(*) FROM refresh_families") > 0 { await Task.yield() }
      await expectRefusal(.sessionRevoked) { _ = try await client.refresh(owner) }
    }
  }

  @Test("a connection that breaks under the commit does not end the session")
  func brokenCommit() async throws {
    try await TestStack.with { stack in
      let proxies = try await stack.proxies()
      let client = AuthClient(stack: stack, probe: try await RequestProbe(stack))
      try await stack.run(AuthService.build(stack.context("auth", through: proxies))) {
        let tokens = try await client.login(client.registered())
        // The commit of a refresh waits for the test.
        try await stack.execute(
          """
          CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END $$
          """)
        try await stack.execute(
          """
          CREATE CONSTRAINT TRIGGER waits AFTER UPDATE ON refresh_families DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait_for_the_test()
          """)
        let request = try await {
          var request: UInt64 = 0
          try await stack.holding("SELECT pg_advisory_xact_lock(77)") {
            request = try await client.probe.submit(
              RefreshTokens(refreshToken: tokens.refreshToken), on: StreamName.authQueue)
            while try await stack.lockWaiters() == 0 { await Task.yield() }
            try await proxies.postgres.cut()
          }
          return request
        }()
        let committed: StaticString = "SELECT count(*) FROM refresh_families WHERE rotated_for IS NOT NULL"
        while try await stack.count(committed) == 0 { await Task.yield() }
        proxies.postgres.restore()
        let frame = try await client.probe.answer(to: request)
        let next = try Tokens(encoded: frame.body)
        _ = try await client.refresh(next)
      }
    }
  }

  private static func answer(to request: ServiceRequest, _ client: AuthClient) async throws -> Tokens {
    try await client.probe.append(request.encoded(), field: StreamName.field, to: StreamName.authQueue)
    let frame = try await client.probe.answer(to: request.request)
    if frame.kind == FrameKind.failure.rawValue { throw try Failure(encoded: frame.body) }
    return try Tokens(encoded: frame.body)
  }

  private static func attempt(_ client: AuthClient, _ tokens: Tokens) async -> Tokens? {
    do {
      return try await client.refresh(tokens)
    } catch {
      #expect((error as? Failure)?.code == .sessionRevoked)
      return nil
    }
  }

  @Test("a token that nobody was given is refused and revokes nothing")
  func unknown() async throws {
    try await AuthClient.with { client in
      let tokens = try await client.login(client.registered())
      await expectRefusal(.sessionRevoked) {
        _ = try await client.ask(RefreshTokens(refreshToken: .random(count: 32)), expecting: Tokens.self)
      }
      _ = try await client.refresh(tokens)
    }
  }

  @Test("a token that has expired is refused, and its session ends")
  func expired() async throws {
    try await AuthClient.with { client in
      let tokens = try await client.login(client.registered())
      try await client.stack.execute("UPDATE refresh_families SET expires_at = now() - interval '1 second'")
      await expectRefusal(.sessionRevoked) { _ = try await client.refresh(tokens) }
      #expect(try await client.stack.count("SELECT count(*) FROM refresh_families") == 0)
    }
  }

  @Test("the database holds hashes of refresh tokens, and neither half of a token")
  func hashes() async throws {
    try await AuthClient.with { client in
      let tokens = try await client.refresh(client.login(client.registered()))
      let stored = try await client.stack.count(
        """
        SELECT count(*) FROM refresh_families WHERE token_hash = $1
          AND position($2 in refresh_families::text) = 0 AND position($3 in refresh_families::text) = 0
        """,
        .bytes(Array(SHA256.hash(data: tokens.refreshToken))), .text(tokens.refreshToken.prefix(16).hexadecimal),
        .text(tokens.refreshToken.suffix(16).hexadecimal))
      #expect(stored == 1)
    }
  }
}
