// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import NativeCrypto
import Testing
import Wire

@testable import ConstructClient

/// One end of a session.
private struct End {
  typealias Suite = NativeClassicSuite

  let local: LocalDevice
  private let identity: DeviceKeyPair
  private let signed: SignedPreKeyPair<Suite>

  init(_ account: UInt8) throws {
    identity = try DeviceKeyPair()
    signed = try SignedPreKeyPair(id: 1)
    local = try LocalDevice(
      address: DeviceAddress(account: [UInt8](repeating: account, count: 16), device: 1),
      root: RootKeyPair().publicKey.certified, identity: identity)
  }

  func bundle() throws -> PreKeyBundle<Suite> {
    try UnverifiedPreKeyBundle(
      signedPreKey: signed.publicPreKey(signedBy: identity), oneTimePreKey: nil, lastResortPreKey: nil
    ).verified(for: local.asRemote)
  }

  func receive(_ message: CiphertextMessage, from other: End, in record: inout SessionRecord<Suite>) throws -> [UInt8] {
    try record.decrypt(
      message, local: local, remote: other.local.asRemote, preKeys: LocalPreKeys(signedPreKey: signed), now: 0
    ).plaintext
  }
}

/// Alice, whose sessions with Bob stand in a store.
private struct Conversation {
  let alice: End
  let bob: End
  let contact: Int64
  var bobs = SessionRecord<End.Suite>()

  init(_ transaction: StoreTransaction) throws {
    alice = try End(1)
    bob = try End(2)
    contact = try transaction.learn(TestIdentity().verified()).id
  }

  func change<Result>(
    _ transaction: StoreTransaction, _ body: (inout SessionRecord<End.Suite>) throws -> Result
  ) throws -> Result {
    var record: SessionRecord<End.Suite> = try transaction.sessions(with: .first, of: contact)
    let result = try body(&record)
    try transaction.saveSessions(record, with: .first, of: contact)
    return result
  }

  func begin(_ transaction: StoreTransaction) throws {
    try change(transaction) { try $0.initiate(local: alice.local, bundle: bob.bundle(), now: 0) }
  }

  /// A message there and one back.
  mutating func exchange(_ transaction: StoreTransaction) throws {
    let there = try change(transaction) { try $0.encrypt([1], now: 0) }
    #expect(try bob.receive(there, from: alice, in: &bobs) == [1])
    let back = try bobs.encrypt([2], now: 0)
    #expect(try receive(back, transaction) == [2])
  }

  func receive(_ message: CiphertextMessage, _ transaction: StoreTransaction) throws -> [UInt8] {
    try change(transaction) { try alice.receive(message, from: bob, in: &$0) }
  }

  func row(_ table: String, _ transaction: StoreTransaction) throws -> [UInt8]? {
    try Row.fetchOne(
      transaction.database, sql: "SELECT sealed FROM \(table) WHERE contact = ?", arguments: [contact]
    ).map { try $0.bytes("sealed") }
  }
}

@Suite("Archived sessions in the store")
struct ArchivedSessionsTests {
  @Test("a message in the current session leaves the archive's row untouched; a new session and a late message do not")
  func rows() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      var talk = try Conversation(transaction)
      try talk.begin(transaction)
      try talk.exchange(transaction)
      #expect(try talk.row("archived_sessions", transaction) == nil)
      let late = try [talk.bobs.encrypt([3], now: 0), talk.bobs.encrypt([4], now: 0)]

      try talk.begin(transaction)
      let archive = try #require(try talk.row("archived_sessions", transaction))
      var current = try talk.row("sessions", transaction)
      for _ in 0..<3 {
        try talk.exchange(transaction)
        // Each value is sealed with a nonce of its own: had it been written again, it would be another.
        #expect(try talk.row("archived_sessions", transaction) == archive)
        let next = try talk.row("sessions", transaction)
        #expect(next != current)
        current = next
      }

      #expect(try talk.receive(late[1], transaction) == [4])
      let turned = try #require(try talk.row("archived_sessions", transaction))
      #expect(turned != archive)
      #expect(try talk.receive(late[0], transaction) == [3])
      #expect(try talk.row("archived_sessions", transaction) == turned)

      try transaction.forgetDevices(of: talk.contact)
      #expect(try talk.row("sessions", transaction) == nil)
      #expect(try talk.row("archived_sessions", transaction) == nil)
    }
  }

  @Test("a record that was stored in one piece is read, and stands in two after the next message")
  func earlierLayout() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      var talk = try Conversation(transaction)
      try talk.begin(transaction)
      try talk.exchange(transaction)
      let late = try talk.bobs.encrypt([3], now: 0)
      try talk.begin(transaction)
      let whole: SessionRecord<End.Suite> = try transaction.sessions(with: .first, of: talk.contact)
      let sealed = try transaction.sealer.seal(
        whole.serialized(), at: .init("sessions", row: talk.contact, 1, Int64(End.Suite.id.rawValue)))
      try transaction.database.execute(sql: "UPDATE sessions SET sealed = ?", arguments: [sealed.blob])
      try transaction.database.execute(sql: "DELETE FROM archived_sessions")

      try talk.exchange(transaction)
      #expect(try talk.row("archived_sessions", transaction) != nil)
      let current = try #require(try talk.row("sessions", transaction))
      #expect(current.count < sealed.count)
      #expect(try talk.receive(late, transaction) == [3])
    }
  }

  @Test("a process that is killed while a session is replaced leaves the one before, and no half of it")
  func killed() async throws {
    let bench = try await StoreBench()
    let (first, late) = try await bench.store.write { transaction in
      var talk = try Conversation(transaction)
      try talk.begin(transaction)
      try talk.exchange(transaction)
      let late = try talk.bobs.encrypt([3], now: 0)
      return (talk, late)
    }
    let copy = try await bench.store.write { transaction in
      try first.begin(transaction)
      return try bench.killed()
    }
    let after = try bench.killed()
    for (directory, hasArchive) in [(copy, false), (after, true)] {
      let store = try LocalStore.open(directory, key: Person.key)
      try await store.write { transaction in
        let archive = try first.row("archived_sessions", transaction)
        #expect((archive != nil) == hasArchive)
        #expect(try first.receive(late, transaction) == [3])
      }
    }
  }

  @Test("an archive of another session's place is found out")
  func moved() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      var talk = try Conversation(transaction)
      try talk.begin(transaction)
      try talk.exchange(transaction)
      try talk.begin(transaction)
      try transaction.database.execute(
        sql: "UPDATE archived_sessions SET sealed = (SELECT sealed FROM sessions WHERE contact = ?)",
        arguments: [talk.contact])
      let error = #expect(throws: ClientError.self) {
        let _: SessionRecord<End.Suite> = try transaction.sessions(with: .first, of: talk.contact)
      }
      #expect(error?.code == .storeDamaged)
    }
  }
}
