// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

/// What the key directory reads of the tables `accounts` and `devices`, which auth writes.
struct PostgresAccountDirectory: Sendable {
  let postgres: PostgresPool

  /// Nil if nobody has this username.
  func account(named username: Username) async throws -> AccountRecord? {
    try await postgres.withConnection { connection in
      try Self.record(
        in: connection.query(
          """
          SELECT account, username, suite, root_identity_key, device_list, device_list_signature
          FROM accounts WHERE username = $1
          """, .text(username.text)))
    }
  }

  /// Nil if there is no such account.
  func account(_ account: AccountID) async throws -> AccountRecord? {
    try await postgres.withConnection { connection in
      try Self.record(
        in: connection.query(
          """
          SELECT account, username, suite, root_identity_key, device_list, device_list_signature
          FROM accounts WHERE account = $1
          """, .uuid(account.bytes)))
    }
  }

  /// Nil if there is no such device.
  func identity(of address: DeviceAddress) async throws -> DeviceIdentity? {
    try await postgres.withConnection { connection in
      let rows = try connection.query(
        "SELECT suite, signing_key FROM devices WHERE account = $1 AND device = $2", address.account.parameter,
        address.device.parameter)
      guard let row = rows.first else { return nil }
      return DeviceIdentity(suite: UInt64(try row.int16("suite").magnitude), signingKey: try row.bytes("signing_key"))
    }
  }

  private static func record(in rows: PostgresRows) throws -> AccountRecord? {
    guard let row = rows.first else { return nil }
    guard let account = AccountID(bytes: try row.uuid("account")) else { throw Failure(.internalError) }
    return AccountRecord(
      account: account, username: try row.text("username"), suite: UInt64(try row.int16("suite").magnitude),
      rootIdentityKey: try row.bytes("root_identity_key"),
      deviceList: SignedDeviceList(
        payload: try row.bytes("device_list"), signature: try row.bytes("device_list_signature")))
  }
}

extension AccountID {
  var parameter: PostgresValue { .uuid(bytes) }
}

extension DeviceID {
  var parameter: PostgresValue { .int32(Int32(number)) }
}
