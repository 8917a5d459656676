// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Wire

/// A message's row, for the inside.
struct MessageRow: Sendable {
  let id: Int64
  let contact: Int64
  let direction: Message.Direction
  /// The stored number of `Message.State`; its reason is in the record.
  let state: StateNumber
  let isUnread: Bool
  let record: StoredMessage

  enum StateNumber: Int64, Sendable {
    case received = 1
    case unreadable = 2
    case waiting = 3
    case accepted = 4
    case failed = 5
  }

  func message(contact name: String) -> Message {
    let state: Message.State =
      switch state {
      case .received: .received
      case .unreadable: .unreadable(UnreadableReason(rawValue: record.reason ?? 0) ?? .unsupported)
      case .waiting: .waiting
      case .accepted: .accepted
      case .failed: .failed(SendFailure(number: record.reason ?? 0))
      }
    return Message(
      id: id, messageID: record.messageID, contact: name, direction: direction, text: record.text, state: state,
      sentAt: record.sentAt, acceptedAt: record.acceptedAt, isUnread: isUnread)
  }
}

extension StoreTransaction {
  private static let columns = "SELECT id, contact, direction, state, unread, sealed FROM messages"

  func message(_ id: Int64) throws -> MessageRow {
    let row = try Row.fetchOne(database, sql: "\(Self.columns) WHERE id = ?", arguments: [id])
    guard let row else { throw ClientError(.storeDamaged) }
    return try message(row)
  }

  /// The last `limit` messages of a conversation before the message `before`, oldest first.
  func history(with contact: Int64, limit: Int, before: Int64?) throws -> [MessageRow] {
    try Row.fetchAll(
      database, sql: "\(Self.columns) WHERE contact = ? AND id < ? ORDER BY id DESC LIMIT ?",
      arguments: [contact, before ?? Int64.max, limit]
    ).map(message).reversed()
  }

  /// Unread messages, oldest first.
  func unreadMessages(limit: Int) throws -> [MessageRow] {
    try Row.fetchAll(
      database, sql: "\(Self.columns) WHERE unread = 1 ORDER BY id LIMIT ?", arguments: [limit]
    ).map(message)
  }

  func unreadCount() throws -> Int {
    try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM messages WHERE unread = 1") ?? 0
  }

  func markRead(_ ids: [Int64]) throws {
    for id in ids { try database.execute(sql: "UPDATE messages SET unread = 0 WHERE id = ?", arguments: [id]) }
  }

  /// A message from outside. Nil for one that is here already: the same message of the same device, readable before or
  /// unreadable again. One that could not be read and now can takes the unreadable one's place.
  func addIncoming(
    _ record: StoredMessage, from sender: AccountID, contact: Int64, direction: Message.Direction,
    state: MessageRow.StateNumber
  ) throws -> MessageRow? {
    let tag = incomingTag(sender, record.senderDevice, record.messageID)
    let known = try Row.fetchOne(database, sql: "\(Self.columns) WHERE tag = ?", arguments: [tag.blob]).map(message)
    if let known {
      guard known.state == .unreadable, state != .unreadable else { return nil }
      try database.execute(sql: "DELETE FROM messages WHERE id = ?", arguments: [known.id])
    }
    return try insert(record, contact: contact, tag: tag, direction: direction, state: state)
  }

  /// Whether a message of this device was received and read.
  func hasMessage(_ message: MessageID, from sender: AccountID, device: DeviceID) throws -> Bool {
    let tag = incomingTag(sender, device, message)
    return try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (SELECT 1 FROM messages WHERE tag = ?1 AND state <> ?2)
        OR EXISTS (SELECT 1 FROM silent WHERE tag = ?1)
        """,
      arguments: [tag.blob, MessageRow.StateNumber.unreadable.rawValue]) ?? false
  }

  /// Remembers that a message was read of which nothing is shown; the last `StoreSchema.silentMessages` of them.
  func noteSilent(_ message: MessageID, from sender: AccountID, device: DeviceID) throws {
    let tag = incomingTag(sender, device, message)
    try database.execute(
      sql: """
        INSERT INTO silent (id, tag) VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM silent), ?)
        ON CONFLICT (tag) DO NOTHING
        """, arguments: [tag.blob])
    try database.execute(
      sql: "DELETE FROM silent WHERE id <= (SELECT MAX(id) FROM silent) - ?", arguments: [StoreSchema.silentMessages])
    // It may have come before, and not have been readable then.
    try database.execute(
      sql: "DELETE FROM messages WHERE tag = ? AND state = ?",
      arguments: [tag.blob, MessageRow.StateNumber.unreadable.rawValue])
  }

  func addOutgoing(_ record: StoredMessage, contact: Int64, state: MessageRow.StateNumber) throws -> MessageRow {
    try insert(
      record, contact: contact, tag: outgoingTag(record.messageID), direction: .outgoing, state: state)
  }

  /// An outgoing message by any id that it was sent under; nil if this device never sent it.
  func sentMessage(_ message: MessageID) throws -> MessageRow? {
    try Row.fetchOne(
      database,
      sql: """
        \(Self.columns) WHERE direction = ?1
        AND (tag = ?2 OR id = (SELECT message FROM resends WHERE tag = ?2))
        """, arguments: [Message.Direction.outgoing.rawValue, outgoingTag(message).blob]
    ).map(self.message)
  }

  /// Remembers what a message is called when it is sent again.
  func noteResend(_ messageID: MessageID, of message: Int64) throws {
    try database.execute(
      sql: "INSERT INTO resends (tag, message) VALUES (?, ?)", arguments: [outgoingTag(messageID).blob, message])
  }

  func update(_ record: StoredMessage, of id: Int64) throws {
    try database.execute(
      sql: "UPDATE messages SET sealed = ? WHERE id = ?", arguments: [try sealer.seal(record, at: place(id)).blob, id])
  }

  /// Changes an outgoing message's state, with the server's time or the reason.
  func setState(
    of id: Int64, _ state: MessageRow.StateNumber, acceptedAt: UInt64? = nil, reason: UInt64? = nil
  ) throws -> MessageRow {
    var record = try message(id).record
    record.acceptedAt = acceptedAt ?? record.acceptedAt
    record.reason = reason
    try database.execute(
      sql: "UPDATE messages SET state = ?, sealed = ? WHERE id = ?",
      arguments: [state.rawValue, try sealer.seal(record, at: place(id)).blob, id])
    return try message(id)
  }

  func moveMessages(from contact: Int64, to other: Int64) throws {
    try database.execute(sql: "UPDATE messages SET contact = ? WHERE contact = ?", arguments: [other, contact])
    try database.execute(sql: "UPDATE outbox SET recipient = ? WHERE recipient = ?", arguments: [other, contact])
  }

  private func insert(
    _ record: StoredMessage, contact: Int64, tag: [UInt8], direction: Message.Direction, state: MessageRow.StateNumber
  ) throws -> MessageRow {
    let id = try next("messages")
    let isUnread = direction == .incoming
    try database.execute(
      sql: "INSERT INTO messages (id, contact, tag, direction, state, unread, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        id, contact, tag.blob, direction.rawValue, state.rawValue, isUnread,
        try sealer.seal(record, at: place(id)).blob,
      ])
    return MessageRow(
      id: id, contact: contact, direction: direction, state: state, isUnread: isUnread, record: record)
  }

  private func outgoingTag(_ message: MessageID) -> [UInt8] { sealer.tag("outgoing message", message.bytes) }

  private func incomingTag(_ sender: AccountID, _ device: DeviceID?, _ message: MessageID) -> [UInt8] {
    sealer.tag("incoming message", sender.bytes + (device.map { "\($0.number)" } ?? "").utf8 + [0] + message.bytes)
  }

  private func place(_ id: Int64) -> RecordSealer.Place { .init("messages", row: id) }

  private func message(_ row: Row) throws -> MessageRow {
    let id = try row.integer("id")
    guard let direction = Message.Direction(rawValue: Int(try row.integer("direction"))),
      let state = MessageRow.StateNumber(rawValue: try row.integer("state"))
    else { throw ClientError(.storeDamaged) }
    return MessageRow(
      id: id, contact: try row.integer("contact"), direction: direction, state: state,
      isUnread: try row.integer("unread") == 1, record: try sealer.open(row.bytes("sealed"), at: place(id)))
  }
}
