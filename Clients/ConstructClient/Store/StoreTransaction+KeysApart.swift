// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import Wire

extension StoreTransaction {
  /// Migration 0007: private keys stood within the records of the account and of a registration; each gets an entry of
  /// its own.
  func setKeysApart() throws {
    if let keys = try profile(.account, as: AccountKeys.self),
      let account = try profile(.account, as: StoredAccount.self)
    {
      try setSecret(.deviceKey, SecretBytes(copying: keys.deviceKey))
      try setProfile(.account, account)
    }
    if let keys = try profile(.registration, as: RegistrationKeys.self),
      let registration = try profile(.registration, as: StoredRegistration.self)
    {
      try setSecret(.deviceKey, SecretBytes(copying: keys.account.deviceKey))
      try setSecret(.rootKey, SecretBytes(copying: keys.rootKey))
      try setProfile(.registration, registration)
    }
  }
}

/// Field 6 of `StoredAccount` as it was.
private struct AccountKeys: StoredRecord {
  let deviceKey: [UInt8]

  init(fields: inout FieldReader) throws(WireError) {
    deviceKey = try fields.bytes(6, atMost: 2 * WireLimits.keyBytes)
  }

  func write(fields: inout FieldWriter) { fields.put(6, bytes: deviceKey) }
}

/// The keys in `StoredRegistration` as it was.
private struct RegistrationKeys: StoredRecord {
  let account: AccountKeys
  let rootKey: [UInt8]

  init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(3)
    rootKey = try fields.bytes(4, atMost: WireLimits.keyBytes)
  }

  func write(fields: inout FieldWriter) {
    fields.put(3, account)
    fields.put(4, bytes: rootKey)
  }
}
