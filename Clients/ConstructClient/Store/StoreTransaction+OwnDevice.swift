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
    let sealedAccount: [UInt8]
    let sealedContact: [UInt8]
    let device: LocalDevice
  }

  private let entry = Mutex<Entry?>(nil)

  func device(
    account: [UInt8], contact: [UInt8], orRead read: () throws -> LocalDevice
  ) throws -> LocalDevice {
    let known = entry.withLock { $0 }
    if let known, known.sealedAccount == account, known.sealedContact == contact { return known.device }
    let device = try read()
    entry.withLock { $0 = Entry(sealedAccount: account, sealedContact: contact, device: device) }
    return device
  }
}

extension StoreTransaction {
  /// This device as the handshake needs it. Throws `.notRegistered`.
  func ownDevice() throws -> LocalDevice {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT profile.sealed AS account, contacts.sealed AS contact FROM profile, contacts
        WHERE profile.name = ? AND contacts.id = ?
        """,
      arguments: [ProfileEntry.account.rawValue, ContactRow.own])
    guard let row else { throw ClientError(.notRegistered) }
    return try ownDevices.device(account: row.bytes("account"), contact: row.bytes("contact")) {
      guard let root = try contact(ContactRow.own).record.root() else { throw ClientError(.storeDamaged) }
      return try account().localDevice(root: root)
    }
  }
}
