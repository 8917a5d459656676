// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import Synchronization
import Wire

/// This device's keys, made ready once and not for each message. They are those of the rows that they were read from:
/// whatever changes a row, or undoes a change, makes them be read anew.
final class OwnDeviceCache: Sendable {
  private struct Entry {
    let rows: [[UInt8]]
    let device: LocalDevice
  }

  private let entry = Mutex<Entry?>(nil)

  func device(of rows: [[UInt8]], orRead read: () throws -> LocalDevice) throws -> LocalDevice {
    let known = entry.withLock { $0 }
    if let known, known.rows == rows { return known.device }
    let device = try read()
    entry.withLock { $0 = Entry(rows: rows, device: device) }
    return device
  }
}

extension StoreTransaction {
  /// This device as the handshake needs it. Throws `.notRegistered`.
  func ownDevice() throws -> LocalDevice {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT account.sealed AS account, key.sealed AS key, contacts.sealed AS contact
        FROM profile AS account, profile AS key, contacts WHERE account.name = ? AND key.name = ? AND contacts.id = ?
        """,
      arguments: [ProfileEntry.account.rawValue, SecretEntry.deviceKey.rawValue, ContactRow.own])
    guard let row else { throw ClientError(.notRegistered) }
    return try ownDevices.device(of: [row.bytes("account"), row.bytes("key"), row.bytes("contact")]) {
      guard let root = try contact(ContactRow.own).record.root() else { throw ClientError(.storeDamaged) }
      return try ownKeys().localDevice(root: root)
    }
  }
}
