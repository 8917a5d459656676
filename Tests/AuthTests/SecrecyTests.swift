// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("What auth keeps to itself", .timeLimit(.minutes(3)))
struct SecrecyTests {
  @Test("no token, name, id, key or secret stands in the log, of successes or of refusals")
  func log() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered("silent.witness")
      let first = try await client.login(alice)
      let second = try await client.refresh(first)
      await expectRefusal(.sessionRevoked) { _ = try await client.refresh(first) }
      try await client.publish(alice.list(number: 2, [alice.first]), as: alice.address)
      let (_, taken) = try await client.newcomer("silent.witness")
      await expectRefusal(.usernameTaken) { _ = try await client.ask(taken, expecting: Registered.self) }
      await expectRefusal(.malformedFrame) {
        let number = try await client.probe.submit(
          kind: FrameKind.login.rawValue, body: [0x80], on: StreamName.authQueue,
          deadline: systemMilliseconds() + 10_000)
        throw try Failure(encoded: await client.probe.answer(to: number).body)
      }
      let secret = try #require(client.stack.settings["token.secret"])
      let texts = [
        "silent", alice.account.raw.uuidString, alice.account.bytes.hexadecimal, secret, first.accessToken,
        second.accessToken, alice.rootIdentityKey.hexadecimal,
      ]
      let tokens = [first.refreshToken, second.refreshToken].flatMap { token in
        [token.hexadecimal, Data(token).base64EncodedString(), "\(token)"]
      }
      for text in texts + tokens { #expect(!client.stack.log.contains(text)) }
    }
  }

  @Test("the token secret and the private halves of token keys do not stand in the database")
  func database() async throws {
    try await TestStack.with { stack in
      let parts = try AuthParts(stack.context("auth"))
      let key = try #require(try await parts.table.rotate().first)
      let secret = try #require(stack.settings["token.secret"])
      let found = try await stack.count(
        "SELECT count(*) FROM token_keys WHERE token_keys::text LIKE '%' || $1 || '%' OR token_keys::text LIKE '%' || $2 || '%'",
        .text(secret), .text(key.privateKey.rawRepresentation.hexadecimal))
      #expect(found == 0)
    }
  }
}
