// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import Wire

/// Against initial messages that come again when a session record has forgotten the session that they opened, and
/// against whoever would make it forget (docs/protocol.md, section 9, "Replay").
extension StoreTransaction {
  /// A request opens no further session with a device for so many milliseconds: one hour.
  static let renewalPause: UInt64 = 3_600_000

  /// Whether a base key of this device opened a session with one of the signed prekeys that are still here.
  func isBaseKeyUsed(_ baseKey: [UInt8], by device: DeviceID, of contact: Int64) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM base_keys WHERE tag = ?)",
      arguments: [baseKeyTag(baseKey, device, contact).blob]) ?? false
  }

  /// Remembers a base key until the signed prekey that it was used with is deleted; the last `StoreSchema.baseKeys` of
  /// a device.
  func noteBaseKey(_ baseKey: [UInt8], signedPreKey: UInt32, by device: DeviceID, of contact: Int64) throws {
    try database.execute(
      sql: "INSERT INTO base_keys (contact, device, kind, prekey, tag) VALUES (?, ?, ?, ?, ?)",
      arguments: [
        contact, device.number, PreKeyKind.signed.rawValue, signedPreKey, baseKeyTag(baseKey, device, contact).blob,
      ])
    try database.execute(
      sql: """
        DELETE FROM base_keys WHERE contact = ?1 AND device = ?2 AND id <= (
          SELECT id FROM base_keys WHERE contact = ?1 AND device = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)
        """, arguments: [contact, device.number, StoreSchema.baseKeys])
  }

  /// Whether a request may open a new session with a device now, in milliseconds since the Unix epoch.
  func mayRenewSession(with device: DeviceID, of contact: Int64, now: UInt64) throws -> Bool {
    let row = try Row.fetchOne(
      database, sql: "SELECT sealed FROM renewals WHERE contact = ? AND device = ?",
      arguments: [contact, device.number])
    guard let row else { return true }
    let last: StoredRenewal = try sealer.open(row.bytes("sealed"), at: renewalPlace(contact, device))
    // A time to come was told by a clock that was wrong.
    return now < last.at || now - last.at >= Self.renewalPause
  }

  func noteRenewal(with device: DeviceID, of contact: Int64, now: UInt64) throws {
    let sealed = try sealer.seal(StoredRenewal(at: now), at: renewalPlace(contact, device))
    try database.execute(
      sql: "INSERT OR REPLACE INTO renewals (contact, device, sealed) VALUES (?, ?, ?)",
      arguments: [contact, device.number, sealed.blob])
  }

  private func baseKeyTag(_ baseKey: [UInt8], _ device: DeviceID, _ contact: Int64) -> [UInt8] {
    sealer.tag("base key", Array("\(contact).\(device.number)\0".utf8) + baseKey)
  }

  private func renewalPlace(_ contact: Int64, _ device: DeviceID) -> RecordSealer.Place {
    .init("renewals", row: contact, Int64(device.number))
  }
}
