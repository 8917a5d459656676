// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Wire

extension ConstructClient {
  /// Puts a text into the outbox, from where it is sent as soon as there is a connection.
  ///
  /// - Parameters:
  ///   - text: 1 to `MessageLimits.textBytes` bytes of UTF-8, not blank.
  ///   - name: a contact's name, or the exact username of somebody new, which is looked up when the message goes out;
  ///     with or without @ and this server's domain. One's own name keeps a note for oneself.
  /// - Returns: the message, in the state `.waiting`; `.accepted` or `.failed` are told as events.
  /// - Throws: `.textEmpty`, `.textTooLong`, `.contactUnknown`, `.usernameLength`, `.usernameCharacter`,
  ///   `.usernameReserved`, `.otherServer`, `.notRegistered`, `.tooBusy` when `MessageLimits.waiting` messages wait already: see
  ///   `waitForRoom`.
  @discardableResult
  public func send(_ text: String, to name: String) async throws(ClientError) -> Message {
    guard text.contains(where: { !$0.isWhitespace }) else { throw ClientError(.textEmpty) }
    guard text.utf8.count <= MessageLimits.textBytes else { throw ClientError(.textTooLong) }
    let normalName = try await recipientName(name)
    let now = options.clock.now()
    let capacity = options.outboxCapacity
    let messageID = try MessageID.fresh()
    let message = try await store.write { transaction in
      _ = try transaction.account()
      guard try transaction.waitingCount() < capacity else { throw ClientError(.tooBusy) }
      let contact = try transaction.contact(named: normalName) ?? transaction.addContact(named: normalName)
      let row = try transaction.addOutgoing(
        StoredMessage(messageID: messageID, text: text, sentAt: now), contact: contact.id, state: .waiting)
      try transaction.enqueue(message: row.id, for: contact.id)
      return row.message(contact: contact.record.name)
    }
    outboxChanged.signal()
    connectionWanted.signal()
    return message
  }

  /// Waits until the outbox takes another message, which needs a connection if it is full. Throws `.cancelled`.
  public func waitForRoom() async throws(ClientError) {
    let events = self.events
    if try await hasRoom() { return }
    for await event in events {
      switch event {
      case .settled, .missed: if try await hasRoom() { return }
      default: break
      }
    }
    throw ClientError(.cancelled)
  }

  private func hasRoom() async throws(ClientError) -> Bool {
    let capacity = options.outboxCapacity
    return try await store.read { try $0.waitingCount() < capacity }
  }

  /// The name of a contact, or of somebody who may become one, of what a person has typed: with or without @ and this
  /// server's domain, in any case.
  ///
  /// Throws `.otherServer`, `.contactUnknown`, and what is wrong with a username.
  public func recipientName(_ name: String) async throws(ClientError) -> String {
    let account = try await store.read { try $0.account() }
    let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 {
      guard parts[1].lowercased() == account.domain.lowercased() else { throw ClientError(.otherServer) }
    }
    let local = String(parts[0])
    let known = try await store.read { try $0.contact(named: local) }
    return if let known { known.record.name } else { try Self.normalName(local) }
  }

  /// Names with `~` are given by the client alone, so one that is not known is nobody's.
  private static func normalName(_ name: String) throws(ClientError) -> String {
    guard !name.contains("~") else { throw ClientError(.contactUnknown) }
    return try username(name).text
  }

  /// Everybody this profile has exchanged messages with, or is about to, in the order of the first contact.
  public func contacts() async throws(ClientError) -> [Contact] {
    try await store.read { transaction in try transaction.contacts().map { try transaction.published($0) } }
  }

  /// The last messages of a conversation, oldest first; empty with somebody who is no contact yet.
  ///
  /// - Parameter before: only messages older than this one, for paging back.
  public func history(
    with name: String, limit: Int = 100, before: Message.ID? = nil
  ) async throws(ClientError) -> [Message] {
    try await store.read { transaction in
      guard let contact = try transaction.contact(named: name) ?? transaction.contact(named: name.lowercased()) else {
        return []
      }
      return try transaction.history(with: contact.id, limit: max(0, min(limit, 10_000)), before: before)
        .map { $0.message(contact: contact.record.name) }
    }
  }

  /// One message as it stands now; throws `.storeDamaged` for an id that there never was.
  public func message(_ id: Message.ID) async throws(ClientError) -> Message {
    try await store.read { transaction in
      let row = try transaction.message(id)
      return row.message(contact: try transaction.contact(row.contact).record.name)
    }
  }

  /// Messages that came in and were not marked as read, oldest first.
  public func unread(limit: Int = 1_000) async throws(ClientError) -> [Message] {
    try await store.read { transaction in
      try transaction.unreadMessages(limit: max(0, min(limit, 10_000))).map { row in
        row.message(contact: try transaction.contact(row.contact).record.name)
      }
    }
  }

  /// Marks messages as read, on this device.
  public func markRead(_ messages: [Message.ID]) async throws(ClientError) {
    try await store.write { try $0.markRead(messages) }
  }
}
