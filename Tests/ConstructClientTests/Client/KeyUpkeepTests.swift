// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Foundation
import Testing
import Wire

@testable import ConstructClient

@Suite("Prekeys at the server", .timeLimit(.minutes(3)))
struct KeyUpkeepTests {
  @Test(
    "a store that was put back from a copy gives its keys new ids, of every kind, and is written to again",
    arguments: [SuiteID.classic, .hybrid])
  func restored(_ suite: SuiteID) async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let bob = try await Person.register("bob", at: gateway.address, suite: suite)
      let alice = try await Person.register("alice", at: gateway.address)
      let copy = try bob.copied()
      // After the copy was made, weeks pass in which signed prekeys are replaced and the stock is filled twice: the new
      // keys have the ids that the copy gives next.
      let later = TestTime()
      later.advance(milliseconds: 40 * 24 * 60 * 60 * 1_000)
      let original = try await bob.restarted(time: later)
      for stock in [19, 5] {
        await server.keepOneTimePreKeys(stock, of: bob.address, suite)
        try await original.synchronize()
      }
      let before = await server.keyStatus(bob.address, suite)
      try await original.client.close()

      let restored = try await bob.reopened(copy, time: later)
      await server.keepOneTimePreKeys(3, of: bob.address, suite)
      try await restored.synchronize()
      let status = await server.keyStatus(bob.address, suite)
      #expect(status.oneTimePreKeys == 100)
      let (signed, lastResort) = try (#require(status.signedPreKeyID), #require(status.lastResortPreKeyID))
      #expect(try signed > #require(before.signedPreKeyID) && lastResort > #require(before.lastResortPreKeyID))
      let own = try await restored.client.store.read { transaction in
        (
          signed: try transaction.newestPreKey(.signed, suite)?.id,
          lastResort: try transaction.newestPreKey(.lastResort, suite)?.id,
          waiting: try transaction.preKeysToUpload(.oneTime, suite, limit: 200).count
        )
      }
      #expect(own.signed == signed && own.lastResort == lastResort && own.waiting == 0)
      // Behind the three keys that were left, those come that the restored store has made.
      await server.dropOneTimePreKeys(3, of: bob.address, suite)
      try await alice.client.send("welcome back", to: "bob")
      try await alice.synchronize()
      try await restored.synchronize()
      #expect(try await restored.texts(with: "alice") == ["welcome back"])
    }
  }

  @Test("a server that names conflicts for ever, or never has what it was given, is a failure, and not a success")
  func noConvergence() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      await server.takeKeys(of: alice.address)
      await server.decide { kind, _ in kind == .uploadKeys ? .refused(Failure(.preKeyConflict)) : .handled }
      let conflict = await #expect(throws: ClientError.self) { try await alice.checkKeys() }
      #expect(conflict?.failure == .preKeyConflict)
      #expect(await server.kinds.count { $0 == .uploadKeys } == PreKeyPolicy.conflicts + 1)

      await server.decide { _, _ in .handled }
      await server.forgetUploads()
      let futile = await #expect(throws: ClientError.self) { try await alice.checkKeys() }
      #expect(futile?.code == .protocolViolation)
      #expect(await server.kinds.count { $0 == .uploadKeys } == PreKeyPolicy.uploads)
    }
  }
}

extension Person {
  /// Looks after the prekeys once, over a connection of its own.
  fileprivate func checkKeys() async throws {
    let (endpoints, security) = try await client.store.read { try $0.servers() }
    let connection = try await GatewayConnection.open(
      need(endpoints.first), security: security, clientName: "test/1")
    let options = client.options
    _ = try await Login(connection: connection, store: client.store, clock: options.clock, logger: options.logger)
      .authenticate()
    do {
      try await KeyUpkeep(link: await client.makeLink(connection), wake: WakeSignal()).check()
      await connection.close()
    } catch {
      await connection.close()
      throw error
    }
  }
}

extension FakeServer {
  fileprivate func forgetUploads() { forgetsUploads = true }

  fileprivate func dropOneTimePreKeys(_ count: Int, of address: Address, _ suite: SuiteID) {
    keys[address]?[suite]?.oneTime.removeFirst(count)
  }
}
