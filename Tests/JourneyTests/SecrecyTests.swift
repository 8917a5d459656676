// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Postgres
import TestSupport
import Testing
import Wire

@testable import ConstructClient

/// Searches everything that the servers hold, pass on and log for what only the two people may know.
@Suite("Secrecy", .timeLimit(.minutes(3)))
struct SecrecyTests {
  @Test("no plaintext and no private key reaches PostgreSQL, Redis or a log")
  func nothingLeaks() async throws {
    try await Construct.with { construct in
      let monitor = try await RedisMonitor(construct.stack)
      let alice = try await Person("alice.wonder", servers: [construct.gateways[0]])
      let bob = try await Person("bob.builder", servers: [construct.gateways[1]])
      let texts = ["the eagle lands at midnight", "the eagle has landed"]
      // Private prekeys are deleted when they are used, so they are noted before.
      var secrets = try await privateKeys(of: alice) + privateKeys(of: bob)
      try await alice.client.whileConnected {
        try await alice.client.send(texts[0], to: "bob.builder")
        try await alice.awaitAccepted(1)
      }
      let waiting = Haystack("PostgreSQL while a message waits", try await rows(construct.stack))
      try await bob.client.whileConnected {
        try await bob.awaitReceived(1)
        try await bob.client.send(texts[1], to: "alice.wonder")
        try await bob.awaitAccepted(1)
      }
      try await alice.client.whileConnected { try await alice.awaitReceived(1) }
      #expect(try await alice.texts(from: "bob.builder") == [texts[1]])
      secrets += try await privateKeys(of: alice) + privateKeys(of: bob)
      #expect(secrets.count > 300)

      let postgres = Haystack("PostgreSQL", try await rows(construct.stack))
      let redis = Haystack("Redis", try await monitor.finish())
      let log = Haystack("the log", Array(construct.stack.log.text.utf8))
      // The search finds what is there, so it would find what must not be.
      let account = try #require(try await alice.client.status().identity).account.bytes
      let published = try await publicKeys(of: alice)
      #expect(waiting.contains("alice.wonder") && waiting.contains(account))
      #expect(waiting.found(published).count == published.count)
      #expect(redis.found(published).count == published.count)
      #expect(log.contains("listening"))
      for haystack in [waiting, postgres, redis, log] {
        for text in texts { #expect(!haystack.contains(text), "a text is in \(haystack.place)") }
        #expect(haystack.found(secrets).isEmpty, "private keys are in \(haystack.place)")
      }
      #expect(!log.contains(account), "an account's id is in the log")
      #expect(!log.contains("alice.wonder"), "a username is in the log")
      try await alice.discard()
      try await bob.discard()
    }
  }

  /// The private halves of a profile's root key, device keys and prekeys.
  private func privateKeys(of person: Person) async throws -> [[UInt8]] {
    try await person.client.store.read { transaction in
      // Each private key of a hybrid suite is a row of seeds of 32 bytes.
      var keys = try [.rootKey, .deviceKey].flatMap { (entry: StoreTransaction.SecretEntry) in
        Self.seeds(try transaction.secret(entry)?.exposed() ?? [])
      }
      for kind in PreKeyKind.allCases {
        for suite in ClientSuites.implemented {
          for id in UInt32(0)...300 {
            guard let row = try transaction.preKey(kind, suite, id: id) else { continue }
            keys += Self.seeds(Array(row.serialized.exposed().dropFirst(4)))
          }
        }
      }
      return keys
    }
  }

  private static func seeds(_ keys: [UInt8]) -> [[UInt8]] {
    stride(from: 0, to: keys.count, by: 32).map { Array(keys[$0..<min($0 + 32, keys.count)]) }
  }

  /// The public halves of a profile's device keys, which the servers do know.
  private func publicKeys(of person: Person) async throws -> [[UInt8]] {
    try await person.client.store.read { transaction in
      let identity = try transaction.ownKeys().identity(in: NativeHybridSuite.self).publicKey
      return [identity.signing, identity.agreement]
    }
  }

  /// Every row of every table as text, byte strings as hexadecimal digits.
  private func rows(_ stack: TestStack) async throws -> [UInt8] {
    try await stack.postgres.withConnection { connection in
      let tables = try connection.query(
        """
        SELECT query_to_xml(format('SELECT t::text AS row FROM %I t', tablename), true, false, '')::text
        FROM pg_tables WHERE schemaname = 'public'
        """)
      return try tables.flatMap { Array(try $0.text(0).utf8) }
    }
  }
}
