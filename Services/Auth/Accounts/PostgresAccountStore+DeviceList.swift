// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

extension PostgresAccountStore {
  /// Replaces the device list of an account. With a removed device go its keys and its sessions.
  ///
  /// Two lists that come at once are taken one after the other, so the second is told that it is no successor.
  /// - Returns: the number of the list that stands, to be announced
  /// - Throws: `deviceUnknown` and what `DeviceListSuccession` throws; then nothing is changed
  func replaceDeviceList(with next: VerifiedDeviceList, by publisher: DeviceAddress) async throws -> UInt64 {
    try await postgres.withTransaction { connection in
      let succession = try Self.lockDeviceList(of: publisher.account, on: connection)
      switch try succession.step(to: next, by: publisher.device) {
      case .repeated: break
      case .change(let change):
        try Self.apply(change, next, on: connection)
        try AccountChangeTable.note(publisher.account, number: next.list.number, on: connection)
      }
      return next.list.number
    }
  }

  private static func lockDeviceList(
    of account: AccountID, on connection: borrowing PostgresConnection
  ) throws -> DeviceListSuccession {
    let rows = try connection.query(
      """
      SELECT device_list_number, device_list, device_list_signature, highest_device FROM accounts
      WHERE account = $1 FOR NO KEY UPDATE
      """, .uuid(account.bytes))
    guard let row = rows.first, let highest = DeviceID(try row.int32("highest_device").magnitude) else {
      throw Failure(.deviceUnknown)
    }
    return DeviceListSuccession(
      current: SignedDeviceList(
        payload: try row.bytes("device_list"), signature: try row.bytes("device_list_signature")),
      number: try row.int64("device_list_number").magnitude,
      devices: try devices(of: account, on: connection),
      highestDevice: highest)
  }

  private static func devices(
    of account: AccountID, on connection: borrowing PostgresConnection
  ) throws -> [DeviceEntry] {
    let rows = try connection.query(
      "SELECT device, suite, signing_key, agreement_key FROM devices WHERE account = $1 ORDER BY device",
      .uuid(account.bytes))
    var devices: [DeviceEntry] = []
    for row in rows {
      guard let device = DeviceID(try row.int32("device").magnitude) else { throw Failure(.internalError) }
      devices.append(
        DeviceEntry(
          device: device, suite: try row.suite("suite"), signingKey: try row.bytes("signing_key"),
          agreementKey: try row.bytes("agreement_key")))
    }
    return devices
  }

  private static func apply(
    _ change: DeviceListSuccession.Change, _ next: VerifiedDeviceList, on connection: borrowing PostgresConnection
  ) throws {
    let account = next.list.account
    try connection.execute(
      "DELETE FROM devices WHERE account = $1 AND device = ANY ($2)",
      .uuid(account.bytes), .int32Array(change.removed.map { Int32($0.number) }))
    try insertDevices(change.added, of: account, on: connection)
    try connection.execute(
      """
      UPDATE accounts
      SET device_list_number = $2, device_list = $3, device_list_signature = $4, highest_device = $5
      WHERE account = $1
      """,
      .uuid(account.bytes), .int64(Int64(next.list.number)), .bytes(next.signed.payload),
      .bytes(next.signed.signature), .int32(Int32(change.highestDevice.number)))
  }
}
