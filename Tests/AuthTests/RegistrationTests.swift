// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Registration", .timeLimit(.minutes(3)))
struct RegistrationTests {
  @Test("somebody registers, and account and device are stored")
  func register() async throws {
    try await AuthClient.with { client in
      let (person, registration) = try await client.newcomer("Alice.Example")
      let answer: Registered = try await client.ask(registration)
      #expect(answer == Registered(account: person.account, username: "alice.example"))
      let accounts = try await client.stack.count(
        """
        SELECT count(*) FROM accounts JOIN devices USING (account)
        WHERE account = $1 AND username = 'alice.example' AND skeleton = $2 AND root_identity_key = $3
          AND device_list = $4 AND device_list_signature = $5 AND device_list_number = 1
          AND device = 1 AND signing_key = $6 AND agreement_key = $7
        """,
        .uuid(person.account.bytes), .text(try Username("alice.example").skeleton), .bytes(person.rootIdentityKey),
        .bytes(registration.deviceList.payload), .bytes(registration.deviceList.signature),
        .bytes(person.first.entry.signingKey), .bytes(person.first.entry.agreementKey))
      #expect(accounts == 1)
    }
  }

  @Test("the challenge tells the difficulty that is configured, and a fresh account each time")
  func challenge() async throws {
    try await AuthClient.with(settings: ["registration.difficulty": "11"]) { client in
      let first = try await client.registrationChallenge()
      let second = try await client.registrationChallenge()
      #expect(first.difficulty == 11)
      #expect(first.account != second.account)
      #expect(first.challenge != second.challenge)
      #expect(first.expiry > systemMilliseconds() + 500_000)
    }
  }

  @Test("the same registration again is answered again and stored once")
  func repetition() async throws {
    try await AuthClient.with(replicas: 2) { client in
      let (_, registration) = try await client.newcomer()
      let answers = try await withThrowingTaskGroup(of: Registered.self) { group in
        for _ in 0..<6 { group.addTask { try await client.ask(registration) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.count == 6 && Set(answers.map(\.account)).count == 1)
      #expect(try await client.stack.count("SELECT count(*) FROM accounts") == 1)
    }
  }

  @Test("a challenge registers one account, not a second one")
  func usedChallenge() async throws {
    try await AuthClient.with { client in
      let (person, registration) = try await client.newcomer()
      _ = try await client.ask(registration, expecting: Registered.self)
      var other = registration
      other.username = Person.freshUsername()
      await expectRefusal(.challengeUsed) { _ = try await client.ask(other, expecting: Registered.self) }
      let stranger = try Person(person.username, account: person.account)
      let second = try stranger.registration(registration.challenge, difficulty: 4)
      await expectRefusal(.challengeUsed) { _ = try await client.ask(second, expecting: Registered.self) }
    }
  }

  @Test("a taken name is refused in every spelling that looks the same")
  func takenName() async throws {
    try await AuthClient.with { client in
      _ = try await client.registered("milli.burn5")
      for name in ["milli.burn5", "MILLI.BURN5", "milliburn5", "m1ll1_burns", "rnilli-burns"] {
        let (_, registration) = try await client.newcomer(name)
        await expectRefusal(.usernameTaken) { _ = try await client.ask(registration, expecting: Registered.self) }
      }
      #expect(try await client.stack.count("SELECT count(*) FROM accounts") == 1)
      #expect(try await client.stack.count("SELECT count(*) FROM used_challenges") == 1)
    }
  }

  @Test("after a taken name the same challenge registers another name")
  func otherName() async throws {
    try await AuthClient.with { client in
      _ = try await client.registered("taken.name")
      let (person, taken) = try await client.newcomer("taken.name")
      await expectRefusal(.usernameTaken) { _ = try await client.ask(taken, expecting: Registered.self) }
      var free = taken
      free.username = "free.name"
      let answer: Registered = try await client.ask(free)
      #expect(answer == Registered(account: person.account, username: "free.name"))
    }
  }

  @Test("of many who want one name at once, one gets it")
  func contendedName() async throws {
    try await AuthClient.with(replicas: 2) { client in
      var registrations: [Register] = []
      for name in ["oil.lamp", "oil-lamp", "oillamp", "OIL_LAMP", "oi1lamp", "ojl.lamp"] {
        registrations.append(try await client.newcomer(name).registration)
      }
      let outcomes = await outcomes(of: registrations.count) { [registrations] index in
        _ = try await client.ask(registrations[index], expecting: Registered.self)
      }
      #expect(outcomes.count { $0 == nil } == 1)
      #expect(outcomes.count { $0 == .usernameTaken } == registrations.count - 1)
      #expect(try await client.stack.count("SELECT count(*) FROM devices") == 1)
    }
  }

  @Test("every refusal reaches the client and leaves nothing behind")
  func refusals() async throws {
    try await AuthClient.with { client in
      let (person, good) = try await client.newcomer()
      var cases: [(FailureCode, Register)] = []
      func add(_ code: FailureCode, _ change: (inout Register) throws -> Void) rethrows {
        var request = good
        try change(&request)
        cases.append((code, request))
      }
      add(.challengeInvalid) { $0.challenge[60] ^= 1 }
      add(.usernameInvalid) { $0.username = "x" }
      add(.usernameReserved) { $0.username = "admin" }
      add(.suiteUnsupported) { $0.suite = 9 }
      add(.keyInvalid) { $0.rootIdentityKey.removeLast() }
      try add(.deviceListInvalid) { $0.deviceList = try person.list(number: 2, [person.first]) }
      try add(.signatureInvalid) { $0.deviceList = try Person(account: person.account).list([person.first]) }
      for (code, request) in cases {
        await expectRefusal(code) { _ = try await client.ask(request, expecting: Registered.self) }
      }
      #expect(try await client.stack.count("SELECT count(*) FROM accounts") == 0)
      #expect(try await client.stack.count("SELECT count(*) FROM used_challenges") == 0)
    }
  }

  @Test("registrations from one address are limited, and another address is not held back")
  func rateLimit() async throws {
    try await AuthClient.with(settings: ["registration.burst": "2", "registration.hourly": "1"]) { client in
      for number in 0..<3 {
        let (_, registration) = try await client.newcomer()
        if number < 2 {
          _ = try await client.ask(registration, origin: [1], expecting: Registered.self)
        } else {
          let failure = await #expect(throws: Failure.self) {
            _ = try await client.ask(registration, origin: [1], expecting: Registered.self)
          }
          #expect(failure?.code == .rateLimited)
          #expect((3_000_000...3_600_000).contains(failure?.retryAfterMilliseconds ?? 0))
          _ = try await client.ask(registration, origin: [2], expecting: Registered.self)
        }
      }
    }
  }
}
