// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import Wire

extension StoreTransaction {
  /// The last list that was believed; nil before the first.
  func deviceList(of contact: Int64) throws -> VerifiedDeviceList? {
    let row = try Row.fetchOne(
      database, sql: "SELECT sealed FROM device_lists WHERE contact = ?", arguments: [contact])
    guard let row else { return nil }
    let signed: SignedDeviceList = try sealer.open(row.bytes("sealed"), at: listPlace(contact))
    do throws(IdentityProblem) { return try VerifiedDeviceList(payloadOf: signed) } catch {
      throw ClientError(.storeDamaged, cause: error)
    }
  }

  /// Puts a list in the place of the one before, if it may follow it; sessions with devices that are gone end.
  ///
  /// Throws `IdentityProblem` for a list that goes back, that contradicts the known one, or that swaps keys.
  func saveDeviceList(_ list: VerifiedDeviceList, of contact: Int64) throws {
    if let known = try deviceList(of: contact) {
      try list.check(against: known)
      if known == list { return }
    }
    guard let number = Int64(exactly: list.list.number) else { throw IdentityProblem.encoding }
    try database.execute(
      sql: """
        INSERT INTO device_lists (contact, number, sealed) VALUES (?, ?, ?)
        ON CONFLICT (contact) DO UPDATE SET number = excluded.number, sealed = excluded.sealed
        """,
      arguments: [contact, number, try sealer.seal(list.signed, at: listPlace(contact)).blob])
    let devices = try Int64.fetchAll(
      database, sql: "SELECT device FROM sessions WHERE contact = ?", arguments: [contact])
    for device in devices where !list.list.devices.contains(where: { Int64($0.device.number) == device }) {
      try database.execute(
        sql: "DELETE FROM sessions WHERE contact = ? AND device = ?", arguments: [contact, device])
    }
  }

  /// Forgets list and sessions, because the person accepted another identity for this contact.
  func forgetDevices(of contact: Int64) throws {
    try database.execute(sql: "DELETE FROM device_lists WHERE contact = ?", arguments: [contact])
    try database.execute(sql: "DELETE FROM sessions WHERE contact = ?", arguments: [contact])
  }

  /// The suites in which there are sessions with a device, the highest first.
  func sessionSuites(with device: DeviceID, of contact: Int64) throws -> [SuiteID] {
    try UInt8.fetchAll(
      database, sql: "SELECT suite FROM sessions WHERE contact = ? AND device = ? ORDER BY suite DESC",
      arguments: [contact, device.number]
    ).map(SuiteID.init)
  }

  /// The suite of the session that the next message to a device goes into; nil if a new one has to be opened. The
  /// highest wins, so that two people who began at once in different suites meet in one session.
  ///
  /// - Parameter now: in seconds since 1970.
  func usableSession(with device: DeviceID, of contact: Int64, now: UInt64) throws -> SuiteID? {
    func isUsable<Suite: CipherSuite>(_: Suite.Type) throws -> Bool {
      let record: SessionRecord<Suite> = try sessions(with: device, of: contact)
      return record.hasUsableSession(now: now)
    }
    return try sessionSuites(with: device, of: contact).first { try isUsable(ClientSuites.type(of: $0)) }
  }

  /// The suite of the session that messages to a device go into, stale or not; nil if there is none.
  func currentSuite(with device: DeviceID, of contact: Int64) throws -> SuiteID? {
    try usableSession(with: device, of: contact, now: 0)
  }

  /// All sessions of a suite with one device; an empty record before the first.
  func sessions<Suite: CipherSuite>(with device: DeviceID, of contact: Int64) throws -> SessionRecord<Suite> {
    let row = try Row.fetchOne(
      database, sql: "SELECT sealed FROM sessions WHERE contact = ? AND device = ? AND suite = ?",
      arguments: [contact, device.number, Suite.id.rawValue])
    guard let row else { return SessionRecord() }
    let bytes = try sealer.open(row.bytes("sealed"), at: sessionPlace(contact, device, Suite.id))
    do throws(CryptoError) { return try SessionRecord(serialized: SecretBytes(copying: bytes)) } catch {
      throw ClientError(.storeDamaged, cause: error)
    }
  }

  func saveSessions<Suite: CipherSuite>(
    _ sessions: SessionRecord<Suite>, with device: DeviceID, of contact: Int64
  ) throws {
    let sealed = try sealer.seal(sessions.serialized().exposed(), at: sessionPlace(contact, device, Suite.id))
    try database.execute(
      sql: """
        INSERT INTO sessions (contact, device, suite, sealed) VALUES (?, ?, ?, ?)
        ON CONFLICT (contact, device, suite) DO UPDATE SET sealed = excluded.sealed
        """,
      arguments: [contact, device.number, Suite.id.rawValue, sealed.blob])
  }

  private func listPlace(_ contact: Int64) -> RecordSealer.Place { .init("device_lists", row: contact) }

  private func sessionPlace(_ contact: Int64, _ device: DeviceID, _ suite: SuiteID) -> RecordSealer.Place {
    .init("sessions", row: contact, Int64(device.number), Int64(suite.rawValue))
  }
}
