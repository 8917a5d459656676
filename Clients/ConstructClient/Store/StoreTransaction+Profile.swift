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

  /// A private key of the profile, sealed by itself: nothing else is read or written with it, so that no plain copy stays
  /// behind.
  enum SecretEntry: String {
    /// The device's, as `DeviceIdentityKeyPair.serialized`.
    case deviceKey
    /// The account's, as `RootIdentityKeyPair.serialized`; absent from a device that does not hold it.
    case rootKey
  }

  func secret(_ entry: SecretEntry) throws -> SecretBytes? {
    let row = try Row.fetchOne(
      database, sql: "SELECT sealed FROM profile WHERE name = ?", arguments: [entry.rawValue])
    return try row.map { try sealer.openSecret($0.bytes("sealed"), at: place(entry)) }
  }

  func setSecret(_ entry: SecretEntry, _ key: SecretBytes) throws {
    try database.execute(
      sql: "INSERT INTO profile (name, sealed) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
      arguments: [entry.rawValue, try sealer.seal(key, at: place(entry)).blob])
  }

  private func place(_ entry: SecretEntry) -> RecordSealer.Place { .init("profile", row: Array(entry.rawValue.utf8)) }

  /// Forgets a registration that was begun, and its keys.
  func forgetRegistration() throws {
    try removeProfile(.registration)
    for entry in [SecretEntry.deviceKey, .rootKey] {
      try database.execute(sql: "DELETE FROM profile WHERE name = ?", arguments: [entry.rawValue])
    }
  }

  /// The account of this profile; throws `.notRegistered`.
  func account() throws -> StoredAccount {
    guard let account = try profile(.account, as: StoredAccount.self) else { throw ClientError(.notRegistered) }
    return account
  }

  /// The account with its device's keys; throws `.notRegistered`.
  func ownKeys() throws -> OwnKeys {
    let account = try account()
    guard let key = try secret(.deviceKey) else { throw ClientError(.storeDamaged) }
    return OwnKeys(account: account, deviceKey: key)
  }
}
