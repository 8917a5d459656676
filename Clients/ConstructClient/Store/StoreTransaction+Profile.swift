// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import Wire

extension StoreTransaction {
  /// A named record of the profile.
  enum ProfileEntry: String {
    case account, servers, registration, tokens
  }

  func profile<Record: WireRecord>(_ entry: ProfileEntry, as type: Record.Type = Record.self) throws -> Record? {
    let row = try Row.fetchOne(
      database, sql: "SELECT sealed FROM profile WHERE name = ?", arguments: [entry.rawValue])
    guard let row else { return nil }
    return try sealer.open(row.bytes("sealed"), at: place(entry))
  }

  func setProfile<Record: WireRecord>(_ entry: ProfileEntry, _ record: Record) throws {
    try database.execute(
      sql: "INSERT INTO profile (name, sealed) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
      arguments: [entry.rawValue, try sealer.seal(record, at: place(entry)).blob])
  }

  func removeProfile(_ entry: ProfileEntry) throws {
    try database.execute(sql: "DELETE FROM profile WHERE name = ?", arguments: [entry.rawValue])
  }

  private func place(_ entry: ProfileEntry) -> RecordSealer.Place { .init("profile", row: Array(entry.rawValue.utf8)) }

  /// The private root identity key; nil on a device that does not hold it.
  func rootKey() throws -> SecretBytes? {
    let row = try Row.fetchOne(database, sql: "SELECT sealed FROM profile WHERE name = 'rootKey'")
    return try row.map { try sealer.openSecret($0.bytes("sealed"), at: Self.rootKeyPlace) }
  }

  func setRootKey(_ key: SecretBytes) throws {
    try database.execute(
      sql: "INSERT INTO profile (name, sealed) VALUES ('rootKey', ?)",
      arguments: [try sealer.seal(key, at: Self.rootKeyPlace).blob])
  }

  private static var rootKeyPlace: RecordSealer.Place { .init("profile", row: Array("rootKey".utf8)) }

  /// The account of this profile; throws `.notRegistered`.
  func account() throws -> StoredAccount {
    guard let account = try profile(.account, as: StoredAccount.self) else { throw ClientError(.notRegistered) }
    return account
  }
}
