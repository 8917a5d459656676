// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import KeyDirectoryService

@Suite("Finding accounts", .timeLimit(.minutes(3)))
struct FindAccountTests {
  @Test("an account is found by its name in any case, and by its id")
  func find() async throws {
    try await KeyClient.with { client in
      let (bob, alice) = (try await client.newDevice(), try await client.newDevice())
      let record = AccountRecord(
        account: bob.address.account, username: bob.username, suite: 1,
        rootIdentityKey: Array(bob.root.publicKey.rawRepresentation), deviceList: bob.list)
      let requests = [
        FindAccount(username: bob.username), FindAccount(username: bob.username.uppercased()),
        FindAccount(account: bob.address.account),
      ]
      for request in requests {
        let found: AccountRecord = try await client.ask(request, as: alice)
        #expect(found == record)
      }
    }
  }

  @Test("a name that only looks the same finds nobody")
  func lookAlike() async throws {
    try await KeyClient.with { client in
      let (bob, alice) = (try await client.newDevice(), try await client.newDevice())
      let dotted = String(bob.username.prefix(5)) + "." + String(bob.username.dropFirst(5))
      await expectRefusal(.accountUnknown) {
        _ = try await client.ask(FindAccount(username: dotted), as: alice, expecting: AccountRecord.self)
      }
    }
  }

  @Test("nobody, no name, two questions and none are refused")
  func refusals() async throws {
    try await KeyClient.with { client in
      let alice = try await client.newDevice()
      let nobody = try Device().address.account
      let cases: [(FailureCode, FindAccount)] = [
        (.accountUnknown, FindAccount(account: nobody)), (.accountUnknown, FindAccount(username: "nobody.at.all")),
        (.accountUnknown, FindAccount(username: "admin")), (.usernameInvalid, FindAccount(username: "no")),
        (.usernameInvalid, FindAccount(username: "bob@elsewhere.example")), (.malformedFrame, FindAccount()),
        (.malformedFrame, FindAccount(username: alice.username, account: alice.address.account)),
      ]
      for (code, request) in cases {
        await expectRefusal(code) { _ = try await client.ask(request, as: alice, expecting: AccountRecord.self) }
      }
    }
  }

  @Test("who is not authenticated finds nobody")
  func unauthenticated() async throws {
    try await KeyClient.with { client in
      let bob = try await client.newDevice()
      await expectRefusal(.notAuthenticated) {
        _ = try await client.ask(FindAccount(username: bob.username), as: nil, expecting: AccountRecord.self)
      }
    }
  }

  @Test("names are looked up sixty times, then held back; ids are not")
  func rateLimit() async throws {
    try await KeyClient.with { client in
      let (bob, alice) = (try await client.newDevice(), try await client.newDevice())
      let byName = await outcomes(of: 64) { _ in
        _ = try await client.ask(FindAccount(username: bob.username), as: alice, expecting: AccountRecord.self)
      }
      #expect((60...61).contains(byName.count { $0 == nil }))
      #expect(byName.allSatisfy { $0 == nil || $0 == .rateLimited })
      _ = try await client.ask(FindAccount(account: bob.address.account), as: alice, expecting: AccountRecord.self)
    }
  }
}
