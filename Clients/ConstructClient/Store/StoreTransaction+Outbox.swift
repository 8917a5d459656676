// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Wire

/// Why something is sent.
enum OutboxPurpose: Sendable {
  /// A message's row, for the first time.
  case message(Int64)
  /// A message's row once more under this id, because somebody could not read it.
  case resend(Int64, as: MessageID)
  /// To get again under their ids what this device could not read.
  case request(StoredOutboxPurpose, ResendRequest)

  /// The message that is in the person's eyes sent by this; nil for what goes on without the person.
  var shownMessage: Int64? {
    if case .message(let id) = self { id } else { nil }
  }
}

/// Something that waits to be sent to the devices of one account.
struct OutboxRow: Sendable {
  let id: Int64
  let purpose: OutboxPurpose
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
  private static let columns = "SELECT id, message, recipient, purpose, sealed FROM outbox"

  /// Messages that are on their way, and requests for others.
  func waitingCount() throws -> Int {
    try Int.fetchOne(database, sql: "SELECT COUNT(DISTINCT COALESCE(message, -id)) FROM outbox") ?? 0
  }

  /// What there is now: the last row and the last message; 0 for an empty outbox.
  func lastInOutbox() throws -> (row: Int64, message: Int64) {
    let last = try Row.fetchOne(
      database, sql: "SELECT COALESCE(MAX(id), 0) AS row, COALESCE(MAX(message), 0) AS message FROM outbox")
    return (try last?.integer("row") ?? 0, try last?.integer("message") ?? 0)
  }

  /// Whose devices wait for what there was then, copies of those messages included.
  func recipients(upTo last: (row: Int64, message: Int64)) throws -> Set<Int64> {
    try Int64.fetchSet(
      database, sql: "SELECT recipient FROM outbox WHERE id <= ? OR message <= ?",
      arguments: [last.row, last.message])
  }

  func isWaiting(message: Int64) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE message = ?)", arguments: [message]) ?? false
  }

  func enqueue(message: Int64, for recipient: Int64) throws {
    try enqueue(message, for: recipient, nil)
  }

  func enqueueResend(of message: Int64, as messageID: MessageID, for recipient: Int64) throws {
    try enqueue(message, for: recipient, StoredOutboxPurpose(messageID: messageID))
  }

  func enqueue(_ request: StoredOutboxPurpose, for recipient: Int64) throws {
    try enqueue(nil, for: recipient, request)
  }

  private func enqueue(_ message: Int64?, for recipient: Int64, _ purpose: StoredOutboxPurpose?) throws {
    let id = try next("outbox")
    try database.execute(
      sql: "INSERT INTO outbox (id, message, recipient, purpose) VALUES (?, ?, ?, ?)",
      arguments: [id, message, recipient, try purpose.map { try sealer.seal($0, at: purposePlace(id)).blob }])
  }

  /// The requests for a recipient that wait, the oldest first.
  func waitingRequests(for recipient: Int64) throws -> [OutboxRow] {
    try Row.fetchAll(
      database, sql: "\(Self.columns) WHERE recipient = ? AND message IS NULL ORDER BY id", arguments: [recipient]
    ).map(outboxRow)
  }

  func setRequest(_ request: StoredOutboxPurpose, of id: Int64) throws {
    try database.execute(
      sql: "UPDATE outbox SET purpose = ? WHERE id = ?",
      arguments: [try sealer.seal(request, at: purposePlace(id)).blob, id])
  }

  /// The first row of each recipient, in the order of their age, without their frames.
  func outboxHeads() throws -> [OutboxRow] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT id, message, recipient, purpose, NULL AS sealed FROM outbox
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

  private func place(_ id: Int64) -> RecordSealer.Place { .init("outbox", row: id) }
  private func purposePlace(_ id: Int64) -> RecordSealer.Place { .init("outbox purpose", row: id) }

  private func outboxRow(_ row: Row) throws -> OutboxRow {
    let id = try row.integer("id")
    let frame = try row.optionalBytes("sealed").map { sealed in
      try sealer.open(sealed, at: place(id), as: Send.self)
    }
    return OutboxRow(
      id: id, purpose: try purpose(of: row, id), recipient: try row.integer("recipient"), frame: frame)
  }

  private func purpose(of row: Row, _ id: Int64) throws -> OutboxPurpose {
    let stored = try row.optionalBytes("purpose").map { sealed in
      try sealer.open(sealed, at: purposePlace(id), as: StoredOutboxPurpose.self)
    }
    let message = try row.optionalInteger("message")
    switch (message, stored, stored?.resend) {
    case (let message?, nil, _): return .message(message)
    case (let message?, let stored?, nil): return .resend(message, as: stored.messageID)
    case (nil, let stored?, let request?): return .request(stored, request)
    default: throw ClientError(.storeDamaged)
    }
  }
}
