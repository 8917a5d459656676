// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import NativeCrypto
import Testing
import Wire

@testable import ConstructClient

@Suite("The store's vocabulary")
struct StoreTransactionTests {
  @Test("numbers are covered by the fewest ranges")
  func covering() {
    #expect(SequenceRange.covering([]).isEmpty)
    #expect(
      SequenceRange.covering([3, 1, 2, 2, 7]) == [SequenceRange(first: 1, last: 3), SequenceRange(first: 7, last: 7)])
    #expect(SequenceRange.covering([.max, .max - 1]) == [SequenceRange(first: .max - 1, last: .max)])
  }

  private func outgoing(_ number: UInt64, _ contact: Int64, _ transaction: StoreTransaction) throws -> MessageRow {
    let row = try transaction.addOutgoing(
      StoredMessage(messageID: MessageID(Identifier128(high: 0, low: number)), text: "\(number)", sentAt: number),
      contact: contact, state: .waiting)
    try transaction.enqueue(message: row.id, for: contact)
    return row
  }

  @Test("the outbox has one head for each recipient, the oldest, until it is dealt with")
  func outboxHeads() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      let bob = try transaction.addContact(named: "bob").id
      let carol = try transaction.addContact(named: "carol").id
      for (number, contact) in [(1, bob), (2, bob), (3, carol), (4, bob)] {
        _ = try outgoing(UInt64(number), contact, transaction)
      }
      var heads = try transaction.outboxHeads()
      #expect(heads.map(\.recipient) == [bob, carol] && heads.allSatisfy { $0.frame == nil })
      #expect(try transaction.waitingCount() == 4)

      let frame = Send(
        message: MessageID(Identifier128(high: 0, low: 1)), recipient: AccountID(Identifier128(high: 1, low: 1)),
        deviceListNumber: 3, envelopes: [Envelope(device: .first, kind: .message, ciphertext: [1, 2])], isUrgent: true)
      try transaction.setFrame(frame, of: heads[0].id)
      #expect(try transaction.outboxRow(heads[0].id)?.frame == frame)
      try transaction.clearFrame(of: heads[0].id)
      #expect(try transaction.outboxRow(heads[0].id)?.frame == nil)

      let accepted = try #require(try transaction.completed(heads[0], acceptedAt: 99))
      #expect(accepted.state == .accepted && accepted.record.acceptedAt == 99)
      #expect(try transaction.completed(heads[0], acceptedAt: 100) == nil)
      let failed = try #require(try transaction.gaveUp(heads[1], .refused(.init(777))))
      #expect(failed.message(contact: "carol").state == .failed(.refused(.init(777))))
      heads = try transaction.outboxHeads()
      #expect(try heads.map { try transaction.message(need($0.purpose.shownMessage)).record.text } == ["2"])
    }
  }

  @Test("a message that was received stands once; one that could not be read gives way to one that can")
  func duplicates() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      let bob = try transaction.learn(TestIdentity().verified())
      let sender = try #require(bob.record.account)
      var record = StoredMessage(
        messageID: MessageID(Identifier128(high: 0, low: 1)), text: nil, sentAt: 1, senderDevice: .first,
        reason: UnreadableReason.noSession.rawValue)
      func add(_ state: MessageRow.StateNumber) throws -> MessageRow? {
        try transaction.addIncoming(record, from: sender, contact: bob.id, direction: .incoming, state: state)
      }
      #expect(try add(.unreadable) != nil)
      #expect(try add(.unreadable) == nil)
      #expect(try !transaction.hasMessage(record.messageID, from: sender, device: .first))
      record.text = "now"
      record.reason = nil
      #expect(try add(.received) != nil)
      #expect(try add(.received) == nil)
      #expect(try transaction.hasMessage(record.messageID, from: sender, device: .first))
      #expect(try transaction.history(with: bob.id, limit: 10, before: nil).map(\.record.text) == ["now"])
      // Another device may use the same id; it is another message.
      record.senderDevice = DeviceID(2)
      #expect(try add(.received) != nil)
      #expect(try transaction.unreadCount() == 2)
    }
  }

  @Test("history is paged back from the end, and unread messages are told once they are marked")
  func paging() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      let bob = try transaction.addContact(named: "bob").id
      let rows = try (1...10).map { try outgoing(UInt64($0), bob, transaction) }
      let last = try transaction.history(with: bob, limit: 3, before: nil)
      #expect(last.map(\.record.text) == ["8", "9", "10"])
      #expect(try transaction.history(with: bob, limit: 3, before: last[0].id).map(\.record.text) == ["5", "6", "7"])
      #expect(try transaction.history(with: bob, limit: 3, before: rows[0].id).isEmpty)
    }
  }

  @Test("the first visit makes all prekeys, later ones what is missing, and nothing without need")
  func preKeyStock() async throws {
    let bench = try await StoreBench()
    let week: UInt64 = 7 * 24 * 60 * 60 * 1_000
    let start: UInt64 = 1_000_000_000_000
    try await bench.store.write { transaction in
      let first = try transaction.preKeysToUpload(in: .classic, for: KeyStatus(oneTimePreKeys: 0), now: start)
      #expect(first.oneTimePreKeys.count == 100 && first.signedPreKey != nil && first.lastResortPreKey != nil)
      #expect(Set(first.oneTimePreKeys.map(\.id)).count == 100)
      // The answer was lost: the same keys again, and no others.
      let again = try transaction.preKeysToUpload(in: .classic, for: KeyStatus(oneTimePreKeys: 0), now: start)
      #expect(again == first)
      try transaction.markUploaded(.oneTime, ids: first.oneTimePreKeys.map(\.id))
      try transaction.markUploaded(.signed, ids: [try #require(first.signedPreKey).id])
      try transaction.markUploaded(.lastResort, ids: [try #require(first.lastResortPreKey).id])
      func status(_ count: UInt64, signed: UInt32? = first.signedPreKey?.id) -> KeyStatus {
        KeyStatus(
          oneTimePreKeys: count, signedPreKeyID: signed, lastResortPreKeyID: first.lastResortPreKey?.id)
      }
      #expect(try transaction.preKeysToUpload(in: .classic, for: status(20), now: start + 1).isEmpty)
      let refill = try transaction.preKeysToUpload(in: .classic, for: status(19), now: start + 2)
      #expect(refill.oneTimePreKeys.count == 81 && refill.signedPreKey == nil)
      #expect(Set(refill.oneTimePreKeys.map(\.id)).isDisjoint(with: first.oneTimePreKeys.map(\.id)))
      try transaction.markUploaded(.oneTime, ids: refill.oneTimePreKeys.map(\.id))

      // A week later a new signed prekey; the old one's private half stays for another month.
      let rotated = try transaction.preKeysToUpload(in: .classic, for: status(100), now: start + week + 1)
      let newID = try #require(rotated.signedPreKey).id
      #expect(newID != first.signedPreKey?.id && rotated.lastResortPreKey == nil)
      try transaction.markUploaded(.signed, ids: [newID])
      let old = try #require(first.signedPreKey).id
      _ = try transaction.preKeysToUpload(in: .classic, for: status(100, signed: newID), now: start + 4 * week)
      #expect(try transaction.preKey(.signed, .classic, id: old) != nil)
      _ = try transaction.preKeysToUpload(in: .classic, for: status(100, signed: newID), now: start + 6 * week)
      #expect(try transaction.preKey(.signed, .classic, id: old) == nil)
      // A server that lost the signed prekey gets a new one.
      #expect(
        try transaction.preKeysToUpload(in: .classic, for: status(100, signed: 9_999), now: start + 6 * week)
          .signedPreKey != nil)
    }
  }

  @Test("a list that drops a device ends the sessions with it")
  func sessionsOfRemovedDevices() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      var identity = try TestIdentity(devices: 2)
      let bob = try transaction.learn(identity.verified(number: 1))
      for device in identity.devices {
        try transaction.saveSessions(SessionRecord<NativeClassicSuite>(), with: device.id, of: bob.id)
      }
      identity.devices.removeLast()
      try transaction.learn(identity.verified(number: 2))
      let left = try Int64.fetchAll(
        transaction.database, sql: "SELECT device FROM sessions WHERE contact = ?", arguments: [bob.id])
      #expect(left == [1])
    }
  }

  @Test("this device's keys are those of the store, also after a change, and after one that was undone")
  func ownDevice() async throws {
    let bench = try await StoreBench()
    let other = try DeviceKeyPair()
    @Sendable func change(_ transaction: StoreTransaction) throws {
      try transaction.setSecret(.deviceKey, other.serialized())
    }
    let first = try await bench.store.read { try $0.ownDevice().asRemote }
    #expect(first.keys.signing != other.publicKey.signing)
    await #expect(throws: ClientError.self) {
      try await bench.store.write { transaction in
        try change(transaction)
        #expect(try transaction.ownDevice().asRemote.keys.signing == other.publicKey.signing)
        throw Missing()
      }
    }
    #expect(try await bench.store.read { try $0.ownDevice().asRemote } == first)
    try await bench.store.write { try change($0) }
    #expect(try await bench.store.read { try $0.ownDevice().asRemote.keys.signing } == other.publicKey.signing)
  }

  @Test("counters never give a number twice, even when rows are deleted")
  func counters() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      let first = try transaction.nextPreKeyID()
      try transaction.addPreKey(.oneTime, .classic, id: first, serialized: SecretBytes(copying: [1]), madeAt: 1)
      try transaction.deletePreKey(.oneTime, id: first)
      #expect(try transaction.nextPreKeyID() == first + 1)
    }
  }
}
