// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Registration when time or a server is against it", .timeLimit(.minutes(3)))
struct RegistrationFaultTests {
  private func handlers(_ context: ServiceContext) throws -> AuthHandlers {
    try AuthParts(context).handlers
  }

  @Test("an expired challenge is refused and nothing is stored")
  func expired() async throws {
    try await TestStack.with { stack in
      let clock = TestClock()
      let handler = try handlers(stack.context("auth", clock: clock.clock)).registration
      let challenge = try await handler.challenge(RequestRegistration(), .unauthenticated)
      let registration = try Person(account: challenge.account)
        .registration(challenge.challenge, difficulty: challenge.difficulty)
      clock.advance(milliseconds: RegistrationHandler.challengeLifetimeMilliseconds)
      await expectRefusal(.challengeExpired) { _ = try await handler.register(registration, .unauthenticated) }
      #expect(try await stack.count("SELECT count(*) FROM accounts") == 0)
    }
  }

  @Test("a registration that was stored is answered again after its challenge has expired")
  func lateRepetition() async throws {
    try await TestStack.with { stack in
      let clock = TestClock()
      let handler = try handlers(stack.context("auth", clock: clock.clock)).registration
      let challenge = try await handler.challenge(RequestRegistration(), .unauthenticated)
      let registration = try Person(account: challenge.account)
        .registration(challenge.challenge, difficulty: challenge.difficulty)
      clock.advance(milliseconds: RegistrationHandler.challengeLifetimeMilliseconds - 1)
      let first = try await handler.register(registration, .unauthenticated)
      clock.advance(milliseconds: 86_400_000)
      #expect(try await handler.register(registration, .unauthenticated) == first)
    }
  }

  @Test("a connection that breaks in the middle leaves nothing, and the next try succeeds")
  func brokenConnection() async throws {
    try await AuthClient.with { client in
      let (person, registration) = try await client.newcomer()
      try await client.stack.breakingWriteToDevices {
        await expectRefusal(.unavailable) { _ = try await client.ask(registration, expecting: Registered.self) }
      }
      #expect(try await client.stack.count("SELECT count(*) FROM accounts") == 0)
      #expect(try await client.stack.count("SELECT count(*) FROM used_challenges") == 0)
      let answer: Registered = try await client.ask(registration)
      #expect(answer.account == person.account)
    }
  }

  @Test("without PostgreSQL a request is refused as unavailable, to be tried again")
  func noPostgres() async throws {
    try await TestStack.with { stack in
      let context = try stack.context("auth").with(postgresAt: "host=/nonexistent dbname=none")
      let probe = try await RequestProbe(stack)
      let services = try await AuthService.build(context)
      try await stack.run(services) {
        let challenge: RegistrationChallenge = try await probe.ask(RequestRegistration(), on: StreamName.authQueue)
        let registration = try Person(account: challenge.account)
          .registration(challenge.challenge, difficulty: challenge.difficulty)
        let failure = await #expect(throws: Failure.self) {
          _ = try await probe.ask(registration, on: StreamName.authQueue, expecting: Registered.self)
        }
        #expect(failure?.code == .unavailable)
        #expect(failure?.retryAfterMilliseconds != nil)
      }
      await context.postgres.shutdown()
    }
  }
}

extension ServiceContext {
  /// The same context with another PostgreSQL.
  func with(postgresAt address: String) -> ServiceContext {
    ServiceContext(
      name: name, configuration: configuration, domain: domain, logger: logger,
      postgres: PostgresPool(PostgresConfiguration(connectionString: address, poolSize: 1)), redis: redis,
      redisConfiguration: redisConfiguration, clock: clock)
  }
}
