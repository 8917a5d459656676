// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Deleting what has expired", .timeLimit(.minutes(3)))
struct ExpirySweepTests {
  @Test("expired rows go, in several batches, and live ones stay")
  func sweep() async throws {
    try await TestStack.with { stack in
      let parts = try AuthParts(stack.context("auth"))
      let alice = try await parts.register()
      let tokens = try await parts.login(alice)
      try await stack.execute(
        """
        INSERT INTO used_challenges (challenge, expires_at)
        SELECT sha256(number::text::bytea), now() - interval '61 minutes' FROM generate_series(1, 1200) AS number
        """)
      try await stack.execute(
        """
        INSERT INTO refresh_families (family, account, device, selector_hash, token_hash, expires_at)
        SELECT gen_random_uuid(), $1, 1, sha256(number::text::bytea), '', now() - interval '1 second'
        FROM generate_series(1, 30) AS number
        """, .uuid(alice.account.bytes))
      try await stack.execute(
        """
        INSERT INTO token_keys (kid, public_key, sealed_private_key, not_before, signs_until, expires_at)
        VALUES ('old', '', '', now() - interval '3 days', now() - interval '2 days', now() - interval '1 day')
        """)
      #expect(try await parts.sweep.sweep() == 1_231)
      #expect(try await parts.sweep.sweep() == 0)
      #expect(try await stack.count("SELECT count(*) FROM used_challenges") == 2)
      #expect(try await stack.count("SELECT count(*) FROM token_keys") == 1)
      let refresh = RefreshTokens(refreshToken: tokens.refreshToken)
      _ = try await parts.handlers.refresh.refresh(refresh, .unauthenticated)
    }
  }

  @Test("sweeps that run at once delete every expired row once")
  func together() async throws {
    try await TestStack.with { stack in
      let parts = try AuthParts(stack.context("auth"))
      try await stack.execute(
        """
        INSERT INTO used_challenges (challenge, expires_at)
        SELECT sha256(number::text::bytea), now() - interval '2 hours' FROM generate_series(1, 1500) AS number
        """)
      let deleted = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 { group.addTask { try await parts.sweep.sweep() } }
        return try await group.reduce(0, +)
      }
      #expect(deleted <= 1_500)
      #expect(try await deleted + parts.sweep.sweep() == 1_500)
    }
  }

  @Test("a used challenge is remembered for an hour beyond its end")
  func skew() async throws {
    try await TestStack.with { stack in
      let parts = try AuthParts(stack.context("auth"))
      try await stack.execute(
        "INSERT INTO used_challenges (challenge, expires_at) VALUES ('a', now() - interval '59 minutes')")
      #expect(try await parts.sweep.sweep() == 0)
    }
  }
}
