// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import Wire

extension StoreTransaction {
  private static let columns = "SELECT id, sealed FROM contacts"

  /// Everybody but the profile's own account, in the order of their first contact. A name that turned out to be nobody's
  /// is no contact; its messages stay, failed.
  func contacts() throws -> [ContactRow] {
    try Row.fetchAll(
      database,
      sql: """
        \(Self.columns) WHERE id <> ?
        AND (account_tag IS NOT NULL OR EXISTS (SELECT 1 FROM outbox WHERE recipient = contacts.id)) ORDER BY id
        """, arguments: [ContactRow.own]
    ).map(contact)
  }

  func contact(_ id: Int64) throws -> ContactRow {
    let row = try Row.fetchOne(database, sql: "\(Self.columns) WHERE id = ?", arguments: [id])
    guard let row else { throw ClientError(.contactUnknown) }
    return try contact(row)
  }

  func contact(named name: String) throws -> ContactRow? {
    try Row.fetchOne(database, sql: "\(Self.columns) WHERE name_tag = ?", arguments: [nameTag(name).blob]).map(contact)
  }

  func contact(of account: AccountID) throws -> ContactRow? {
    try Row.fetchOne(database, sql: "\(Self.columns) WHERE account_tag = ?", arguments: [accountTag(account).blob])
      .map(contact)
  }

  /// A contact as the app sees it.
  func published(_ row: ContactRow) throws -> Contact {
    let devices = try deviceList(of: row.id)?.list.devices ?? []
    let suites = try devices.map { entry in
      try (currentSuite(with: entry.device, of: row.id) ?? entry.sessionSuite()).rawValue
    }
    return Contact(
      name: row.record.name, username: row.record.username, account: row.record.account,
      suite: suites.min().map(SuiteID.init), isVerified: row.record.verifiedAt != nil,
      hasChangedIdentity: row.record.refusedRootIdentityKey != nil)
  }

  /// Somebody whose account the server has not been asked for yet.
  func addContact(named name: String) throws -> ContactRow {
    try insert(StoredContact(name: name, username: name))
  }

  /// An account of which nothing but its id is known, and perhaps never will be.
  func addUnknown(_ account: AccountID) throws -> ContactRow {
    try insert(StoredContact(name: "~\(account.raw.uuidString)", username: "", account: account))
  }

  /// The profile's own account, which is the contact with the id `ContactRow.own`.
  func addOwnContact(_ record: StoredContact) throws {
    try insert(ContactRow(id: ContactRow.own, record: record))
  }

  private func insert(_ record: StoredContact) throws -> ContactRow {
    let row = ContactRow(id: try next("contacts"), record: record)
    try insert(row)
    return row
  }

  private func insert(_ row: ContactRow) throws {
    try database.execute(
      sql: "INSERT INTO contacts (id, account_tag, name_tag, sealed) VALUES (?, ?, ?, ?)",
      arguments: [
        row.id, row.record.account.map { accountTag($0).blob }, nameTag(row.record.name).blob,
        try sealer.seal(row.record, at: place(row.id)).blob,
      ])
  }

  func update(_ row: ContactRow) throws {
    try database.execute(
      sql: "UPDATE contacts SET account_tag = ?, name_tag = ?, sealed = ? WHERE id = ?",
      arguments: [
        row.record.account.map { accountTag($0).blob }, nameTag(row.record.name).blob,
        try sealer.seal(row.record, at: place(row.id)).blob, row.id,
      ])
  }

  private func delete(_ row: ContactRow) throws {
    try database.execute(sql: "DELETE FROM contacts WHERE id = ?", arguments: [row.id])
  }

  /// Takes in what the server says of an account, after all checks; the contact afterwards.
  ///
  /// A root key that differs from the pinned one is refused with `IdentityProblem.rootChanged`. Refusals change
  /// nothing; `refuseIdentity` notes them. Sessions with devices that are gone go with them.
  @discardableResult
  func learn(_ account: VerifiedAccount) throws -> ContactRow {
    var row = try contactToLearn(account)
    if let pinned = row.record.rootIdentityKey {
      guard pinned == account.rootIdentityKey, row.record.suite == account.suite else {
        throw IdentityProblem.rootChanged
      }
    }
    row.record.account = account.account
    row.record.suite = account.suite
    row.record.rootIdentityKey = account.rootIdentityKey
    row.record.username = account.username
    row.record.name = try freeName(for: account, besides: row.id, current: row.record.name)
    try update(row)
    try saveDeviceList(account.deviceList, of: row.id)
    return row
  }

  /// The row for an account: its own, or that of somebody who so far is only a name, or a new one.
  private func contactToLearn(_ account: VerifiedAccount) throws -> ContactRow {
    let named = try contact(named: account.username)
    guard let row = try contact(of: account.account) else {
      if let named, named.record.account == nil { return named }
      let name = try freeName(for: account, besides: nil, current: "")
      return try insert(StoredContact(name: name, username: account.username, account: account.account))
    }
    // The person wrote to the name before it was known whose it is: both are one conversation.
    if let named, named.id != row.id, named.record.account == nil {
      try moveMessages(from: named.id, to: row.id)
      try delete(named)
    }
    return row
  }

  /// The username if no other contact has it as a name, else one that cannot be mistaken for it.
  private func freeName(for account: VerifiedAccount, besides id: Int64?, current: String) throws -> String {
    guard let holder = try contact(named: account.username), holder.id != id else { return account.username }
    if current.hasPrefix(account.username + "~") { return current }
    return "\(account.username)~\(account.account.raw.uuidString.prefix(8))"
  }

  /// Notes that the server names another root key for this contact, for the person to see.
  func refuseIdentity(_ id: Int64, rootIdentityKey: [UInt8]) throws {
    var row = try contact(id)
    row.record.refusedRootIdentityKey = rootIdentityKey
    try update(row)
  }

  private func nameTag(_ name: String) -> [UInt8] { sealer.tag("contact name", Array(name.utf8)) }
  private func accountTag(_ account: AccountID) -> [UInt8] { sealer.tag("contact account", account.bytes) }
  private func place(_ id: Int64) -> RecordSealer.Place { .init("contacts", row: id) }

  private func contact(_ row: Row) throws -> ContactRow {
    let id = try row.integer("id")
    return ContactRow(id: id, record: try sealer.open(row.bytes("sealed"), at: place(id)))
  }
}
