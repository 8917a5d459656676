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
      try database.execute(
        sql: "DELETE FROM renewals WHERE contact = ? AND device = ?", arguments: [contact, device])
    }
  }

  /// Forgets list and sessions, because the person accepted another identity for this contact.
  func forgetDevices(of contact: Int64) throws {
    try database.execute(sql: "DELETE FROM device_lists WHERE contact = ?", arguments: [contact])
    try database.execute(sql: "DELETE FROM sessions WHERE contact = ?", arguments: [contact])
    try database.execute(sql: "DELETE FROM renewals WHERE contact = ?", arguments: [contact])
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
    try highestSuite(with: device, of: contact, usableAt: now)
  }

  /// The suite of the session that messages to a device go into, stale or not; nil if there is none.
  func currentSuite(with device: DeviceID, of contact: Int64) throws -> SuiteID? {
    try highestSuite(with: device, of: contact, usableAt: nil)
  }

  /// - Parameter now: nil for a session that may be stale.
  private func highestSuite(with device: DeviceID, of contact: Int64, usableAt now: UInt64?) throws -> SuiteID? {
    func isRight<Suite: CipherSuite>(_: Suite.Type) throws -> Bool {
      guard let current = try currentSession(with: device, of: contact, in: Suite.self) else { return false }
      return now.map { current.hasUsableSession(now: $0) } ?? current.hasCurrentSession
    }
    return try sessionSuites(with: device, of: contact).first { try isRight(ClientSuites.type(of: $0)) }
  }

  /// All sessions of a suite with one device; an empty record before the first.
  func sessions<Suite: CipherSuite>(with device: DeviceID, of contact: Int64) throws -> SessionRecord<Suite> {
    guard let current = try currentSession(with: device, of: contact, in: Suite.self) else { return SessionRecord() }
    let row = try Row.fetchOne(
      database, sql: "SELECT sealed FROM archived_sessions WHERE contact = ? AND device = ? AND suite = ?",
      arguments: [contact, device.number, Suite.id.rawValue])
    let archive: SessionRecord<Suite> =
      try row.map { try openSessions($0, at: archivePlace(contact, device, Suite.id)) } ?? SessionRecord()
    return SessionRecord(current, archive: archive)
  }

  /// The sessions without those that are archived; nil before the first.
  private func currentSession<Suite: CipherSuite>(
    with device: DeviceID, of contact: Int64, in _: Suite.Type
  ) throws -> SessionRecord<Suite>? {
    let row = try Row.fetchOne(
      database, sql: "SELECT sealed FROM sessions WHERE contact = ? AND device = ? AND suite = ?",
      arguments: [contact, device.number, Suite.id.rawValue])
    return try row.map { try openSessions($0, at: sessionPlace(contact, device, Suite.id)) }
  }

  private func openSessions<Suite: CipherSuite>(
    _ row: Row, at place: RecordSealer.Place
  ) throws -> SessionRecord<Suite> {
    let stored = try sealer.openSecret(row.bytes("sealed"), at: place)
    do throws(CryptoError) { return try SessionRecord(serialized: stored) } catch {
      throw ClientError(error == .unsupportedVersion ? .storeTooNew : .storeDamaged, cause: error)
    }
  }

  /// Writes the current session, and the archived ones if they have changed, which is seldom.
  func saveSessions<Suite: CipherSuite>(
    _ sessions: SessionRecord<Suite>, with device: DeviceID, of contact: Int64
  ) throws {
    let sealed = try sealer.seal(
      sessions.withoutArchive.serialized(), at: sessionPlace(contact, device, Suite.id))
    try database.execute(
      sql: """
        INSERT INTO sessions (contact, device, suite, sealed) VALUES (?, ?, ?, ?)
        ON CONFLICT (contact, device, suite) DO UPDATE SET sealed = excluded.sealed
        """,
      arguments: [contact, device.number, Suite.id.rawValue, sealed.blob])
    guard sessions.hasArchiveChanged else { return }
    let archive = try sealer.seal(sessions.archive.serialized(), at: archivePlace(contact, device, Suite.id))
    try database.execute(
      sql: """
        INSERT INTO archived_sessions (contact, device, suite, sealed) VALUES (?, ?, ?, ?)
        ON CONFLICT (contact, device, suite) DO UPDATE SET sealed = excluded.sealed
        """,
      arguments: [contact, device.number, Suite.id.rawValue, archive.blob])
  }

  private func listPlace(_ contact: Int64) -> RecordSealer.Place { .init("device_lists", row: contact) }

  private func archivePlace(_ contact: Int64, _ device: DeviceID, _ suite: SuiteID) -> RecordSealer.Place {
    .init("archived_sessions", row: contact, Int64(device.number), Int64(suite.rawValue))
  }

  private func sessionPlace(_ contact: Int64, _ device: DeviceID, _ suite: SuiteID) -> RecordSealer.Place {
    .init("sessions", row: contact, Int64(device.number), Int64(suite.rawValue))
  }
}
