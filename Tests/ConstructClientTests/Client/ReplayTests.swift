// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import NativeCrypto
import Testing
import Wire

@testable import ConstructClient

/// docs/protocol.md, section 9, "Replay", and 9.1.
@Suite("What a server delivers again, or makes up", .timeLimit(.minutes(3)))
struct ReplayTests {
  @Test(
    "an initial message opens no second session when its first one was forgotten, as long as its signed prekey is there"
  )
  func forgottenSession() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      await server.useUpOneTimePreKeys(of: bob.address, .classic)
      try await alice.client.send("hello", to: "bob")
      try await alice.synchronize()
      let sent = try #require(await server.waiting(bob.address).first)
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["hello"])

      func replay(as id: UInt64) async throws -> Message.State? {
        try await bob.loseSessions()
        try await server.put(
          bob.address, sender: alice.address, message: .forged(id), acceptedAt: 5, kind: sent.kind,
          ciphertext: sent.ciphertext)
        try await bob.synchronize()
        return try await bob.client.history(with: "alice").last?.state
      }
      #expect(try await replay(as: 1) == .unreadable(.keyUsed))
      let message = try CiphertextMessage(bytes: Array(sent.ciphertext))
      let needed = try need(try SessionRecord<NativeClassicSuite>.preKeys(neededBy: message))
      try await bob.client.store.write { try $0.deletePreKey(.signed, id: needed.signedPreKey) }
      #expect(
        try await bob.client.store.read { try Int.fetchOne($0.database, sql: "SELECT COUNT(*) FROM base_keys") } == 0)
      #expect(try await replay(as: 2) == .unreadable(.unknownPreKey))
    }
  }

  @Test("the base keys that are remembered of a device are bounded, and the oldest goes")
  func bound() async throws {
    let bench = try await StoreBench()
    let identity = try TestIdentity(account: AccountID(Identifier128(high: 0xB0B, low: 0xB0B)))
    let signed = try SignedPreKeyPair<NativeClassicSuite>(id: 7).serialized()
    try await bench.store.write { transaction in
      let contact = try transaction.learn(identity.verified(username: "bob")).id
      try transaction.addPreKey(.signed, .classic, id: 7, serialized: signed, madeAt: 5)
      func key(_ number: Int) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
      let other = try need(DeviceID(2))
      try transaction.noteBaseKey(key(0), signedPreKey: 7, by: other, of: contact)
      for number in 0...StoreSchema.baseKeys {
        try transaction.noteBaseKey(key(number), signedPreKey: 7, by: .first, of: contact)
      }
      #expect(try transaction.isBaseKeyUsed(key(0), by: .first, of: contact) == false)
      #expect(try transaction.isBaseKeyUsed(key(1), by: .first, of: contact))
      #expect(try transaction.isBaseKeyUsed(key(StoreSchema.baseKeys), by: .first, of: contact))
      #expect(try transaction.isBaseKeyUsed(key(0), by: other, of: contact))
    }
  }

  @Test("messages that are made up make a device open one session an hour with their alleged sender, and no more")
  func renewals() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      var bob = try await Person.register("bob", at: gateway.address)
      try await alice.client.send("hello", to: "bob")
      for person in [alice, bob] { try await person.synchronize() }
      await server.decide { _, _ in .handled }

      func forge(_ ids: ClosedRange<UInt64>) async throws {
        for id in ids {
          var bytes = try await alice.seal([], to: "bob").bytes
          bytes[bytes.count - 1] ^= 1
          try await server.deliver(CiphertextMessage(bytes: bytes), id, from: alice, to: bob)
          try await bob.synchronize()
        }
      }
      func bundles() async -> Int { await server.kinds.filter { $0 == .fetchBundles }.count }
      try await forge(1...3)
      #expect(await bundles() == 1)
      // Each was asked for all the same.
      #expect(await server.sends.filter { $0.recipient == alice.address.account }.count == 3)

      let later = TestTime()
      later.advance(milliseconds: Int64(StoreTransaction.renewalPause))
      await server.advance(milliseconds: StoreTransaction.renewalPause)
      bob = try await bob.restarted(time: later)
      try await forge(4...6)
      #expect(await bundles() == 2)
    }
  }
}
