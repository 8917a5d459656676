// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Wire

/// Something that waits to be sent to the devices of one account.
struct OutboxRow: Sendable {
  let id: Int64
  /// The message's row.
  let message: Int64
  /// Whose devices: the conversation's contact, or the own account for a copy to one's other devices.
  let recipient: Int64
  /// What was encrypted; nil until then, and again when it must be encrypted anew.
  let frame: Send?
}

/// The outbox: what was typed and is not accepted yet, in order, for each recipient by itself.
///
/// A row is made with its message, encrypted in the transaction that advances the sessions, sent as often as it takes,
/// always with the same ciphertexts, and deleted in the transaction that notes the server's answer.
extension StoreTransaction {
  private static let columns = "SELECT id, message, recipient, sealed FROM outbox"

  func waitingCount() throws -> Int {
    try Int.fetchOne(database, sql: "SELECT COUNT(DISTINCT message) FROM outbox") ?? 0
  }

  func enqueue(message: Int64, for recipient: Int64) throws {
    try database.execute(
      sql: "INSERT INTO outbox (id, message, recipient) VALUES (?, ?, ?)",
      arguments: [try next("outbox"), message, recipient])
  }

  /// The first row of each recipient, in the order of their age, without their frames.
  func outboxHeads() throws -> [OutboxRow] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT id, message, recipient, NULL AS sealed FROM outbox
        WHERE id IN (SELECT MIN(id) FROM outbox GROUP BY recipient) ORDER BY id
        """
    ).map(outboxRow)
  }

  /// Nil when it was sent or given up.
  func outboxRow(_ id: Int64) throws -> OutboxRow? {
    try Row.fetchOne(database, sql: "\(Self.columns) WHERE id = ?", arguments: [id]).map(outboxRow)
  }

  /// What the row will send from now on, at each attempt.
  func setFrame(_ frame: Send, of id: Int64) throws {
    guard let number = Int64(exactly: frame.deviceListNumber) else { throw ClientError(.storeFailed) }
    try database.execute(
      sql: "UPDATE outbox SET list_number = ?, sealed = ? WHERE id = ?",
      arguments: [number, try sealer.seal(frame, at: place(id)).blob, id])
  }

  /// The ciphertexts are for the wrong devices: the next attempt encrypts anew.
  func clearFrame(of id: Int64) throws {
    try database.execute(sql: "UPDATE outbox SET list_number = NULL, sealed = NULL WHERE id = ?", arguments: [id])
  }

  func removeFromOutbox(_ id: Int64) throws {
    try database.execute(sql: "DELETE FROM outbox WHERE id = ?", arguments: [id])
  }

  /// Everything of one message: it was given up.
  func removeFromOutbox(message: Int64) throws {
    try database.execute(sql: "DELETE FROM outbox WHERE message = ?", arguments: [message])
  }

  private func place(_ id: Int64) -> RecordSealer.Place { .init("outbox", row: id) }

  private func outboxRow(_ row: Row) throws -> OutboxRow {
    let id = try row.integer("id")
    let frame = try row.optionalBytes("sealed").map { sealed in
      try sealer.open(sealed, at: place(id), as: Send.self)
    }
    return OutboxRow(
      id: id, message: try row.integer("message"), recipient: try row.integer("recipient"), frame: frame)
  }
}
