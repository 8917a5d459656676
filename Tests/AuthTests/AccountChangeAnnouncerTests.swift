// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Announcing changed device lists")
struct AccountChangeAnnouncerTests {
  @Test("a change that could not be announced is kept, and announced when Redis is back")
  func laterAnnouncement() async throws {
    try await TestStack.with { stack in
      let parts = try AuthParts(stack.context("auth"))
      let alice = try await parts.register()
      let away = RedisClient(try RedisConfiguration("unix:///nonexistent/redis"))
      let cutOff = AccountChangeAnnouncer(postgres: stack.postgres, redis: away, logger: stack.log.logger("auth"))
      let store = PostgresAccountStore(postgres: stack.postgres)
      let list = try UnverifiedDeviceList(alice.list(number: 2, [alice.first]))
        .verified(account: alice.account, rootIdentityKey: RootIdentityKey(suite: 1, bytes: alice.rootIdentityKey))
      let number = try await store.replaceDeviceList(with: list, by: alice.address)
      try await cutOff.announce(.init(account: alice.account, number: number))
      #expect(try await stack.count("SELECT count(*) FROM account_changes") == 1)

      #expect(try await parts.announcer.announcePending() == 1)
      #expect(try await parts.announcer.announcePending() == 0)
      let stream = StreamName.partition(Partition(of: alice.account))
      #expect(try await stack.redis.send(RedisCommand("XLEN", .text(stream))).integerValue == 1)
      await away.shutdown()
    }
  }

  @Test("a change that comes while an earlier one is announced is not forgotten")
  func laterChange() async throws {
    try await TestStack.with { stack in
      let parts = try AuthParts(stack.context("auth"))
      let alice = try await parts.register()
      _ = try await stack.postgres.withConnection { connection in
        try AccountChangeTable.note(alice.account, number: 2, on: connection)
        try AccountChangeTable.note(alice.account, number: 3, on: connection)
      }
      try await parts.announcer.announce(.init(account: alice.account, number: 2))
      #expect(try await stack.count("SELECT device_list_number FROM account_changes") == 3)
      #expect(try await parts.announcer.announcePending() == 1)
    }
  }
}

extension AuthParts {
  /// Registers somebody without the streams.
  func register() async throws -> Person {
    let challenge = try await handlers.registration.challenge(RequestRegistration(), .unauthenticated)
    let person = try Person(account: challenge.account)
    let registration = try person.registration(challenge.challenge, difficulty: challenge.difficulty)
    _ = try await handlers.registration.register(registration, .unauthenticated)
    return person
  }

  /// Logs somebody in without the streams.
  func login(_ person: Person) async throws -> Tokens {
    let request = RequestLogin(account: person.account, device: person.first.device)
    let challenge = try await handlers.login.challenge(request, .unauthenticated)
    let login = try person.login(challenge.challenge, domain: TestStack.domain)
    return try await handlers.login.login(login, .unauthenticated)
  }
}
