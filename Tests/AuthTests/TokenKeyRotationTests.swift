// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Rotation of token keys", .timeLimit(.minutes(3)))
struct TokenKeyRotationTests {
  @Test("replicas that start together make one key")
  func oneKey() async throws {
    try await TestStack.with { stack in
      let tables = try (0..<4).map { _ in try AuthParts(stack.context("auth")).table }
      var kids = Set<[String]>()
      try await stack.holding("LOCK TABLE token_keys IN SHARE MODE", until: tables.count) {
        kids = try await withThrowingTaskGroup(of: [String].self) { group in
          for table in tables { group.addTask { try await table.rotate().map(\.kid) } }
          return try await group.reduce(into: []) { $0.insert($1) }
        }
      }
      #expect(kids.count == 1)
      #expect(try await stack.count("SELECT count(*) FROM token_keys") == 1)
    }
  }

  @Test("the next key is published before it signs")
  func published() async throws {
    try await TestStack.with { stack in
      let parts = try AuthParts(stack.context("auth"))
      let alice = try await parts.register()
      let current = try #require(try await parts.table.rotate().first)
      try await stack.execute(
        "UPDATE token_keys SET not_before = now() - interval '7 days', signs_until = now() + interval '30 minutes'")
      try await parts.ring.refresh()
      let all = try await parts.table.rotate()
      #expect(all.count == 2)
      #expect(all.first?.kid == current.kid)
      #expect(all.last?.period.notBefore == all.first?.period.signsUntil)
      #expect(try await parts.table.published().map(\.kid) == all.map(\.kid))
      #expect(try await Self.kid(of: parts.login(alice).accessToken) == current.kid)
    }
  }

  @Test("a token signed before a rotation is valid until its key ends, and new ones have the new key")
  func rotation() async throws {
    try await TestStack.with { stack in
      let parts = try AuthParts(stack.context("auth"))
      let alice = try await parts.register()
      let old = try await parts.login(alice).accessToken
      try await stack.execute("UPDATE token_keys SET not_before = now() - interval '7 days', signs_until = now()")
      try await parts.ring.refresh()
      let new = try await parts.login(alice).accessToken
      #expect(try Self.kid(of: old) != Self.kid(of: new))
      let verifier = Self.verifier(stack)
      #expect(try await verifier.verify(old).address == alice.address)
      #expect(try await verifier.verify(new).address == alice.address)

      try await stack.execute(
        "UPDATE token_keys SET expires_at = now() WHERE kid = $1", .text(try Self.kid(of: old)))
      #expect(try await parts.sweep.sweep() == 1)
      let later = Self.verifier(stack)
      await expectRefusal(.tokenInvalid) { _ = try await later.verify(old) }
      _ = try await later.verify(new)
    }
  }

  @Test("a replica with another token secret makes a key of its own")
  func otherSecret() async throws {
    try await TestStack.with { stack in
      let ours = try AuthParts(stack.context("auth")).table
      let theirs = try AuthParts(
        stack.context("auth", settings: ["token.secret": [UInt8].random(count: 32).hexadecimal])
      ).table
      let one = try await ours.rotate().map(\.kid)
      let two = try await theirs.rotate().map(\.kid)
      #expect(one.count == 1 && two.count == 1 && one != two)
      #expect(try await ours.rotate().map(\.kid) == one)
      #expect(try await theirs.rotate().map(\.kid) == two)
    }
  }

  @Test("a longer access lifetime lengthens the life of the key that signs")
  func longerLifetime() async throws {
    try await TestStack.with { stack in
      let lengths: [(settings: [String: String], seconds: Int)] = [
        ([:], 960), (["token.access.lifetime.seconds": "3600"], 3_660), ([:], 3_660),
      ]
      for (settings, seconds) in lengths {
        _ = try await AuthParts(stack.context("auth", settings: settings)).table.rotate()
        let life = try await stack.count(
          "SELECT extract(epoch FROM expires_at - signs_until)::bigint FROM token_keys")
        #expect(life == seconds)
      }
    }
  }

  @Test("a replica whose clock is behind every key signs nothing")
  func clockBehind() async throws {
    try await TestStack.with { stack in
      let clock = TestClock(milliseconds: systemMilliseconds() - 86_400_000)
      let parts = try AuthParts(stack.context("auth", clock: clock.clock))
      #expect(!parts.ring.isReady)
      await expectRefusal(.unavailable) { _ = try await parts.ring.signer() }
    }
  }

  @Test("the published key set has the public keys in the form of RFC 8037, and nothing else")
  func keySet() async throws {
    try await TestStack.with { stack in
      let table = try AuthParts(stack.context("auth")).table
      let key = try #require(try await table.rotate().first)
      let json = try JSONSerialization.jsonObject(
        with: JSONEncoder().encode(TokenKeySet(await table.published())))
      let keys = try #require((json as? [String: [[String: String]]])?["keys"])
      let x = Data(key.publicKey).base64EncodedString()
        .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
      #expect(
        keys == [["kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.kid, "x": x]])
    }
  }

  private static func verifier(_ stack: TestStack) -> TokenKeyStore {
    TokenKeyStore(postgres: stack.postgres, issuer: TestStack.domain, logger: stack.log.logger("test"))
  }

  private static func kid(of token: String) throws -> String {
    var header = try #require(token.split(separator: ".").first).replacing("-", with: "+").replacing("_", with: "/")
    while header.count % 4 != 0 { header += "=" }
    let data = try #require(Data(base64Encoded: String(header)))
    let fields = try JSONSerialization.jsonObject(with: data) as? [String: String]
    return try #require(fields?["kid"])
  }
}
