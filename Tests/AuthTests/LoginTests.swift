// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Login", .timeLimit(.minutes(3)))
struct LoginTests {
  @Test("a login gives a token that says who it is for, and that every service believes")
  func login() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let tokens = try await client.login(alice)
      let keys = TokenKeyStore(
        postgres: client.stack.postgres, issuer: TestStack.domain, logger: client.stack.log.logger("test"))
      let token = try await keys.verify(tokens.accessToken)
      #expect(token.address == alice.address)
      #expect(token.issuer == TestStack.domain)
      #expect(token.expiry * 1_000 == tokens.accessExpiry)
      #expect(token.expiry - token.issuedAt == 900)
      let families = try await client.stack.count(
        "SELECT count(*) FROM refresh_families WHERE family = $1", .uuid(token.session.bytes))
      #expect(families == 1)
      let month = systemMilliseconds() + 2_592_000_000
      #expect((month - 60_000...month + 60_000).contains(tokens.refreshExpiry))
    }
  }

  @Test("nobody's account and nobody's device get a challenge, and are refused like a wrong signature")
  func unknown() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let nobody = try await client.loginRequest(Person())
      let noDevice = try await client.loginRequest(alice, with: DeviceKeys(2))
      let wrongKey = try await client.loginRequest(alice, with: DeviceKeys(1))
      for request in [nobody, noDevice, wrongKey] {
        let failure = await #expect(throws: Failure.self) {
          _ = try await client.ask(request, expecting: Tokens.self)
        }
        #expect(failure == Failure(.signatureInvalid))
      }
      #expect(try await client.stack.count("SELECT count(*) FROM used_challenges") == 1)
    }
  }

  @Test("a wrong signature does not use up the challenge")
  func wrongThenRight() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let good = try await client.loginRequest(alice)
      var bad = good
      bad.signature[7] ^= 1
      await expectRefusal(.signatureInvalid) { _ = try await client.ask(bad, expecting: Tokens.self) }
      _ = try await client.ask(good, expecting: Tokens.self)
    }
  }

  @Test("of many logins with one challenge at once, at two replicas, one succeeds")
  func singleUse() async throws {
    try await AuthClient.with(replicas: 2) { client in
      let alice = try await client.registered()
      let login = try await client.loginRequest(alice)
      let outcomes = await outcomes(of: 10) { _ in _ = try await client.ask(login, expecting: Tokens.self) }
      #expect(outcomes.count { $0 == nil } == 1)
      #expect(outcomes.count { $0 == .challengeUsed } == 9)
      #expect(try await client.stack.count("SELECT count(*) FROM refresh_families") == 1)
    }
  }

  @Test("an altered challenge and one for another device are refused")
  func challenges() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let bob = try await client.registered()
      let challenge: LoginChallenge = try await client.ask(
        RequestLogin(account: bob.account, device: bob.first.device))
      let foreign = try alice.login(challenge.challenge, domain: TestStack.domain)
      var altered = try await client.loginRequest(alice)
      altered.challenge[30] ^= 1
      for request in [foreign, altered] {
        await expectRefusal(.challengeInvalid) { _ = try await client.ask(request, expecting: Tokens.self) }
      }
    }
  }

  @Test("a challenge is good for a minute")
  func expiry() async throws {
    try await TestStack.with { stack in
      let clock = TestClock()
      let origin = RequestOrigin.unauthenticated
      let handlers = try AuthParts(stack.context("auth", clock: clock.clock)).handlers
      let registering = try await handlers.registration.challenge(RequestRegistration(), origin)
      let alice = try Person(account: registering.account)
      let registration = try alice.registration(registering.challenge, difficulty: registering.difficulty)
      _ = try await handlers.registration.register(registration, origin)
      let request = RequestLogin(account: alice.account, device: .first)
      let one = try await handlers.login.challenge(request, origin)
      let two = try await handlers.login.challenge(request, origin)
      #expect(one.expiry == clock.milliseconds + 60_000)
      clock.advance(milliseconds: 59_999)
      _ = try await handlers.login.login(alice.login(one.challenge, domain: TestStack.domain), origin)
      clock.advance(milliseconds: 1)
      await expectRefusal(.challengeExpired) {
        _ = try await handlers.login.login(alice.login(two.challenge, domain: TestStack.domain), origin)
      }
    }
  }

  @Test("logins and refreshes from one address are limited together")
  func rateLimit() async throws {
    try await AuthClient.with(settings: ["login.burst": "2", "login.hourly": "1"]) { client in
      let alice = try await client.registered()
      let tokens: Tokens = try await client.ask(client.loginRequest(alice), origin: [1])
      let refresh = RefreshTokens(refreshToken: tokens.refreshToken)
      let next: Tokens = try await client.ask(refresh, origin: [1])
      let again = RefreshTokens(refreshToken: next.refreshToken)
      await expectRefusal(.rateLimited) { _ = try await client.ask(again, origin: [1], expecting: Tokens.self) }
      let login = try await client.loginRequest(alice)
      await expectRefusal(.rateLimited) { _ = try await client.ask(login, origin: [1], expecting: Tokens.self) }
      _ = try await client.ask(again, origin: [2], expecting: Tokens.self)
      _ = try await client.ask(login, origin: [2], expecting: Tokens.self)
    }
  }

  @Test("one address gets as many challenges as it may register and log in, and another is not held back")
  func challengeRateLimit() async throws {
    let settings = ["registration.burst": "1", "registration.hourly": "1", "login.burst": "2", "login.hourly": "1"]
    try await AuthClient.with(settings: settings) { client in
      let login = RequestLogin(account: .random(), device: .first)
      for _ in 0..<2 { _ = try await client.ask(login, origin: [1], expecting: LoginChallenge.self) }
      _ = try await client.ask(RequestRegistration(), origin: [1], expecting: RegistrationChallenge.self)
      await expectRefusal(.rateLimited) {
        _ = try await client.ask(RequestRegistration(), origin: [1], expecting: RegistrationChallenge.self)
      }
      await expectRefusal(.rateLimited) { _ = try await client.ask(login, origin: [1], expecting: LoginChallenge.self) }
      _ = try await client.ask(login, origin: [2], expecting: LoginChallenge.self)
    }
  }

  @Test("a device keeps its four newest sessions")
  func oldestSession() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let bob = try await client.registered()
      let bobs = try await client.login(bob)
      var sessions: [Tokens] = []
      for _ in 0..<5 { sessions.append(try await client.login(alice)) }
      let oldest = sessions.removeFirst()
      await expectRefusal(.sessionRevoked) { _ = try await client.refresh(oldest) }
      for session in sessions + [bobs] { _ = try await client.refresh(session) }
    }
  }
}
