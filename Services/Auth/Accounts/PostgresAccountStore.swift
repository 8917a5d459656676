// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

/// The tables `accounts` and `devices`, of which auth is the only writer.
struct PostgresAccountStore: Sendable {
  let postgres: PostgresPool

  /// Nil if there is no such account.
  func rootIdentityKey(of account: AccountID) async throws -> RootIdentityKey? {
    try await postgres.withConnection { connection in
      let rows = try connection.query(
        "SELECT suite, root_identity_key FROM accounts WHERE account = $1", .uuid(account.bytes))
      guard let row = rows.first else { return nil }
      return try RootIdentityKey(suite: row.suite("suite"), bytes: row.bytes("root_identity_key"))
    }
  }

  /// Nil if there is no such account or device.
  func signingKey(of address: DeviceAddress) async throws -> DeviceSigningKey? {
    try await postgres.withConnection { connection in
      let rows = try connection.query(
        "SELECT suite, signing_key FROM devices WHERE account = $1 AND device = $2",
        .uuid(address.account.bytes), .int32(Int32(address.device.number)))
      guard let row = rows.first else { return nil }
      return DeviceSigningKey(suite: try row.suite("suite"), bytes: try row.bytes("signing_key"))
    }
  }

  static func insertDevices(
    _ devices: [DeviceEntry], of account: AccountID, on connection: borrowing PostgresConnection
  ) throws {
    for device in devices {
      try connection.execute(
        "INSERT INTO devices (account, device, suite, signing_key, agreement_key) VALUES ($1, $2, $3, $4, $5)",
        .uuid(account.bytes), .int32(Int32(device.device.number)), .int16(Int16(device.suite)),
        .bytes(device.signingKey), .bytes(device.agreementKey))
    }
  }
}

extension PostgresRow {
  /// The number of a suite, which a `smallint` holds.
  func suite(_ column: String) throws(PostgresError) -> UInt64 { UInt64(try int16(column).magnitude) }
}
