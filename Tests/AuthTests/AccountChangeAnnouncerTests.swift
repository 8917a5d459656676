// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Announcing changed device lists", .timeLimit(.minutes(3)))
struct AccountChangeAnnouncerTests {
  private static let due: StaticString = "UPDATE account_changes SET due_at = now()"

  @Test("a change is announced when Redis is back, and again with growing pauses until somebody has taken it in")
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

      for announcement in 1...3 {
        #expect(try await parts.announcer.announcePending() == 1)
        #expect(try await parts.announcer.announcePending() == 0)
        let stream = StreamName.partition(Partition(of: alice.account))
        #expect(try await stack.redis.send(RedisCommand("XLEN", .text(stream))).integerValue == Int64(announcement))
        let pause: StaticString = "SELECT round(extract(epoch FROM due_at - now()) + 0.49)::bigint FROM account_changes"
        #expect(try await stack.count(pause) == 5 << (announcement - 1))
        try await stack.execute(Self.due)
      }
      try await stack.execute("UPDATE account_changes SET announcements = 1000")
      #expect(try await parts.announcer.announcePending() == 1)
      #expect(
        try await stack.count("SELECT count(*) FROM account_changes WHERE due_at > now() + interval '59 minutes'") == 1)
      try await stack.execute("DELETE FROM account_changes")
      #expect(try await parts.announcer.announcePending() == 0)
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
