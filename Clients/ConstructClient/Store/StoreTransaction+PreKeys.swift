// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import NativeCrypto
import Wire

/// The device's own prekeys. Each is stored before its public half is uploaded, and an upload that may have failed is
/// repeated with the same keys; ids count up and are never used twice.
extension StoreTransaction {
  struct PreKeyRow {
    let id: UInt32
    /// Milliseconds since the Unix epoch.
    let madeAt: UInt64
    let isUploaded: Bool
    let serialized: SecretBytes
  }

  /// An id for a new prekey of any kind.
  func nextPreKeyID() throws -> UInt32 {
    guard let id = UInt32(exactly: try next("prekeys")) else { throw ClientError(.storeFailed) }
    return id
  }

  /// Leaves so many ids unused.
  func skipPreKeyIDs(_ count: Int64) throws {
    try database.execute(sql: "UPDATE counters SET value = value + ? WHERE name = 'prekeys'", arguments: [count])
  }

  func addPreKey(_ kind: PreKeyKind, _ suite: SuiteID, id: UInt32, serialized: SecretBytes, madeAt: UInt64) throws {
    try database.execute(
      sql: "INSERT INTO prekeys (kind, suite, id, made_at, uploaded, sealed) VALUES (?, ?, ?, ?, 0, ?)",
      arguments: [
        kind.rawValue, suite.rawValue, id, Int64(clamping: madeAt),
        try sealer.seal(serialized, at: place(kind, id)).blob,
      ])
  }

  func preKey(_ kind: PreKeyKind, _ suite: SuiteID, id: UInt32) throws -> PreKeyRow? {
    try Row.fetchOne(
      database, sql: "SELECT id, made_at, uploaded, sealed FROM prekeys WHERE kind = ? AND suite = ? AND id = ?",
      arguments: [kind.rawValue, suite.rawValue, id]
    ).map { try preKey(kind, $0) }
  }

  /// The latest of its kind in a suite.
  func newestPreKey(_ kind: PreKeyKind, _ suite: SuiteID) throws -> PreKeyRow? {
    try Row.fetchOne(
      database,
      sql: """
        SELECT id, made_at, uploaded, sealed FROM prekeys WHERE kind = ? AND suite = ? ORDER BY id DESC LIMIT 1
        """,
      arguments: [kind.rawValue, suite.rawValue]
    ).map { try preKey(kind, $0) }
  }

  /// Made, but not known to be at the server.
  func preKeysToUpload(_ kind: PreKeyKind, _ suite: SuiteID, limit: Int) throws -> [PreKeyRow] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT id, made_at, uploaded, sealed FROM prekeys WHERE kind = ? AND suite = ? AND uploaded = 0
        ORDER BY id LIMIT ?
        """,
      arguments: [kind.rawValue, suite.rawValue, limit]
    ).map { try preKey(kind, $0) }
  }

  func markUploaded(_ kind: PreKeyKind, ids: [UInt32]) throws {
    for id in ids {
      try database.execute(
        sql: "UPDATE prekeys SET uploaded = 1 WHERE kind = ? AND id = ?", arguments: [kind.rawValue, id])
    }
  }

  func deletePreKey(_ kind: PreKeyKind, id: UInt32) throws {
    try database.execute(sql: "DELETE FROM prekeys WHERE kind = ? AND id = ?", arguments: [kind.rawValue, id])
  }

  /// Deletes replaced keys of a kind that were made before a time; the newest of a suite stays, however old.
  func deleteOldPreKeys(_ kind: PreKeyKind, _ suite: SuiteID, madeBefore time: UInt64) throws {
    try database.execute(
      sql: """
        DELETE FROM prekeys WHERE kind = ?1 AND suite = ?2 AND made_at < ?3
        AND id <> (SELECT MAX(id) FROM prekeys WHERE kind = ?1 AND suite = ?2)
        """, arguments: [kind.rawValue, suite.rawValue, Int64(clamping: time)])
  }

  /// The private halves that an initial message of a device asks for, as far as they are here.
  func localPreKeys<Suite: CipherSuite>(
    for references: PreKeyReferences, from device: DeviceID, of contact: Int64
  ) throws -> LocalPreKeys<Suite> {
    LocalPreKeys(
      signedPreKey: try preKey(.signed, Suite.id, id: references.signedPreKey)
        .map { try SignedPreKeyPair(serialized: $0.serialized) },
      oneTimePreKey: try references.oneTimePreKey.flatMap { try preKey(.oneTime, Suite.id, id: $0) }
        .map { try OneTimePreKeyPair(serialized: $0.serialized) },
      lastResortPreKey: try references.lastResortPreKey.flatMap { try preKey(.lastResort, Suite.id, id: $0) }
        .map { try LastResortPreKeyPair(serialized: $0.serialized) },
      isBaseKeyUsed: try isBaseKeyUsed(references.baseKey, by: device, of: contact))
  }

  private func place(_ kind: PreKeyKind, _ id: UInt32) -> RecordSealer.Place {
    .init("prekeys", row: Int64(kind.rawValue), Int64(id))
  }

  private func preKey(_ kind: PreKeyKind, _ row: Row) throws -> PreKeyRow {
    guard let id = UInt32(exactly: try row.integer("id")) else { throw ClientError(.storeDamaged) }
    return PreKeyRow(
      id: id, madeAt: UInt64(clamping: try row.integer("made_at")), isUploaded: try row.integer("uploaded") == 1,
      serialized: try sealer.openSecret(row.bytes("sealed"), at: place(kind, id)))
  }
}
