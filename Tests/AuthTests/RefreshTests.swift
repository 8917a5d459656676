// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Refreshing")
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
