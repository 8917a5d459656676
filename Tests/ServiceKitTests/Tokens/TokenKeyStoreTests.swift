// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import JWTKit
import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

/// With the table that auth's migration makes.
@Suite("Access tokens", .timeLimit(.minutes(3)))
struct TokenKeyStoreTests {
  private func withStore(
    refreshPause: Duration = .seconds(60),
    _ body: (TokenKeyStore, TokenFixture, TestStack, TestClock) async throws -> Void
  ) async throws {
    try await TestStack.with { stack in
      let fixture = TokenFixture()
      try await fixture.publish(in: stack)
      let clock = TestClock()
      let store = TokenKeyStore(
        postgres: stack.postgres, issuer: TestStack.domain, clock: clock.clock, logger: stack.log.logger("tokens"),
        refreshPause: refreshPause)
      try await body(store, fixture, stack, clock)
    }
  }

  @Test("a good token is believed")
  func good() async throws {
    try await withStore { store, fixture, _, _ async throws in
      let token = fixture.token()
      let text = try await fixture.sign(token)
      #expect(text.utf8.count < WireLimits.tokenBytes)
      #expect(try await store.verify(text) == token)
    }
  }

  @Test("a token is refused from the second of its expiry on")
  func expired() async throws {
    try await withStore { store, fixture, _, clock async throws in
      let text = try await fixture.sign(fixture.token(issuedAt: clock.milliseconds / 1_000, lifetime: 60))
      clock.advance(milliseconds: 59_000)
      _ = try await store.verify(text)
      clock.advance(milliseconds: 1_000)
      await #expect(throws: Failure(.tokenExpired)) { try await store.verify(text) }
    }
  }

  @Test("a token of another server or from the future is refused")
  func claims() async throws {
    try await withStore { store, fixture, _, clock async throws in
      let seconds = clock.milliseconds / 1_000
      for token in [fixture.token(issuer: "evil.example"), fixture.token(issuedAt: seconds + 120)] {
        let text = try await fixture.sign(token)
        await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(text) }
      }
      let ahead = try await fixture.sign(fixture.token(issuedAt: seconds + 30))
      _ = try await store.verify(ahead)
    }
  }

  @Test("a token of another key under the same number is refused")
  func wrongKey() async throws {
    try await withStore { store, fixture, _, _ async throws in
      let text = try await TokenFixture(keyID: fixture.keyID).sign(fixture.token())
      await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(text) }
    }
  }

  @Test("a changed token is refused, wherever it was changed")
  func changed() async throws {
    try await withStore { store, fixture, _, _ async throws in
      let text = try await fixture.sign(fixture.token())
      let parts = text.split(separator: ".")
      for index in parts.indices {
        var changed = parts.map(Array.init)
        let middle = changed[index].count / 2
        changed[index][middle] = changed[index][middle] == "A" ? "B" : "A"
        let forged = changed.map { String($0) }.joined(separator: ".")
        await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(forged) }
      }
      for broken in ["", ".", "..", "a.b.c", String(text.dropLast(20)), text + ".x", text + text] {
        await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(broken) }
      }
      let long = text + String(repeating: "A", count: WireLimits.tokenBytes)
      await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(long) }
    }
  }

  @Test("no header says how to verify: only EdDSA with a known kid and nothing else")
  func headers() async throws {
    try await withStore { store, fixture, _, clock async throws in
      let seconds = clock.milliseconds / 1_000
      let claims = """
        {"iss":"test.example","sub":"01234567-89ab-4def-8000-000000000001","device":1,\
        "session":"00000000-0000-0003-0000-000000000004","iat":\(seconds),"exp":\(seconds + 900)}
        """
      let kid = #""kid":"\#(fixture.keyID)""#
      let good = try fixture.forge(header: #"{"alg":"EdDSA","typ":"JWT",\#(kid)}"#, claims: claims)
      #expect(try await store.verify(good).device == .first)
      for header in [
        #"{"alg":"none","typ":"JWT",\#(kid)}"#, #"{"alg":"HS256","typ":"JWT",\#(kid)}"#,
        #"{"alg":"EdDSA","typ":"JWT"}"#, #"{"alg":"EdDSA","typ":"JWT","kid":""}"#, #"{"alg":"EdDSA",\#(kid)}"#,
        #"{"alg":"EdDSA","typ":"JWT",\#(kid),"crit":["exp"]}"#,
        #"{"alg":"EdDSA","typ":"JWT",\#(kid),"jku":"https://evil.example"}"#, #"[]"#, #""#,
      ] {
        let forged = try fixture.forge(header: header, claims: claims)
        await #expect(throws: Failure(.tokenInvalid), "\(header)") { try await store.verify(forged) }
      }
      let unsigned =
        TokenFixture.encode(Array(#"{"alg":"none","typ":"JWT",\#(kid)}"#.utf8))
        + "." + TokenFixture.encode(Array(claims.utf8)) + "."
      await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(unsigned) }
      for other in [
        claims.replacing("\"device\":1", with: "\"device\":0"), claims.replacing("01234567", with: "x"), "{}",
      ] {
        let forged = try fixture.forge(header: #"{"alg":"EdDSA","typ":"JWT",\#(kid)}"#, claims: other)
        await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(forged) }
      }
    }
  }

  @Test("a public key used as a password of HMAC is not believed")
  func confusion() async throws {
    try await withStore { store, fixture, _, _ async throws in
      let input = TokenFixture.encode(Array(#"{"alg":"HS256","typ":"JWT","kid":"\#(fixture.keyID)"}"#.utf8)) + ".e30"
      let code = HMAC<SHA256>.authenticationCode(
        for: Data(input.utf8), using: SymmetricKey(data: fixture.key.publicKey.rawRepresentation))
      await #expect(throws: Failure(.tokenInvalid)) {
        try await store.verify(input + "." + TokenFixture.encode(Array(code)))
      }
    }
  }

  @Test("an unknown key number makes the keys be read again, but not at every try")
  func refresh() async throws {
    try await withStore(refreshPause: .zero) { store, fixture, stack, _ async throws in
      _ = try await store.verify(fixture.sign(fixture.token()))
      let later = TokenFixture()
      let text = try await later.sign(later.token())
      await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(text) }
      try await later.publish(in: stack)
      #expect(try await store.verify(text) == later.token(issuedAt: store.verify(text).issuedAt))
    }
    try await withStore(refreshPause: .seconds(60)) { store, fixture, stack, _ async throws in
      _ = try await store.verify(fixture.sign(fixture.token()))
      // A key that was made a moment after the last reading.
      let next = TokenFixture()
      try await next.publish(in: stack)
      _ = try await store.verify(next.sign(next.token()))
      let stranger = TokenFixture()
      for _ in 0..<16 {
        let text = try await stranger.sign(stranger.token())
        await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(text) }
      }
      let later = TokenFixture()
      try await later.publish(in: stack)
      let text = try await later.sign(later.token())
      // The stranger has used up the readings of this minute.
      await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(text) }
      try await store.refresh()
      _ = try await store.verify(text)
    }
  }

  @Test("a key that has expired is not believed any more")
  func expiredKey() async throws {
    try await withStore { store, fixture, stack, clock async throws in
      let short = TokenFixture()
      try await short.publish(in: stack, expiresIn: 100)
      let text = try await short.sign(short.token(lifetime: 10_000))
      _ = try await store.verify(text)
      clock.advance(milliseconds: 101_000)
      await #expect(throws: Failure(.tokenInvalid)) { try await store.verify(text) }
      _ = try await store.verify(fixture.sign(fixture.token()))
    }
  }

  @Test("while PostgreSQL is away nothing is believed that cannot be checked, and the answer is to come back")
  func postgresAway() async throws {
    let fixture = TokenFixture()
    let postgres = PostgresPool(PostgresConfiguration(connectionString: "host=/nonexistent"))
    let store = TokenKeyStore(postgres: postgres, issuer: TestStack.domain, logger: CapturedLog().logger("tokens"))
    let text = try await fixture.sign(fixture.token())
    await #expect(throws: Failure(.unavailable, retryAfterMilliseconds: 1_000)) { try await store.verify(text) }
    #expect(!store.isLoaded)
    await postgres.shutdown()
  }

  @Test("run as a service it loads the keys and says so to readiness")
  func service() async throws {
    try await TestStack.with { stack in
      let fixture = TokenFixture()
      try await fixture.publish(in: stack)
      let context = try stack.context("gateway")
      let store = TokenKeyStore(context: context)
      #expect(await context.health.readiness().failing.contains("token-keys"))
      try await stack.run([store]) {
        _ = try await store.verify(fixture.sign(fixture.token()))
        #expect(await !context.health.readiness().failing.contains("token-keys"))
      }
    }
  }
}
