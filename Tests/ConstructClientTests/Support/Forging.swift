// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import NativeCrypto
import Wire

@testable import ConstructClient

extension Person {
  /// Plaintext of a test's own, in the session that there is with a contact's first device.
  func seal(_ plaintext: [UInt8], to name: String) async throws -> CiphertextMessage {
    let now = client.options.clock.seconds
    return try await client.store.write { transaction in
      let contact = try need(try transaction.contact(named: name)).id
      var sessions: SessionRecord<NativeClassicSuite> = try transaction.sessions(with: .first, of: contact)
      let message = try sessions.encrypt(plaintext, now: now)
      try transaction.saveSessions(sessions, with: .first, of: contact)
      return message
    }
  }
}

extension Person {
  /// As if somebody had deleted them from the file.
  func loseSessions() async throws {
    try await client.store.write { try $0.database.execute(sql: "DELETE FROM sessions") }
  }
}

extension MessageID {
  /// One that `FakeServer.deliver` gives.
  static func forged(_ id: UInt64) -> MessageID { MessageID(Identifier128(high: 7, low: id)) }
}

extension FakeServer {
  func deliver(
    _ ciphertext: CiphertextMessage, _ id: UInt64, from sender: Person, to recipient: Person
  ) async throws {
    try await put(
      recipient.address, sender: sender.address, message: .forged(id), acceptedAt: 5,
      kind: CiphertextKind(ciphertext.kind), ciphertext: ciphertext.bytes[...])
  }
}
