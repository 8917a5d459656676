// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

extension PostgresPreKeyStore {
  /// A bundle of each of an account's devices that has a signed prekey of the suite, and one-time prekeys taken out for
  /// them.
  ///
  /// Whatever becomes of the answer, a one-time prekey is given out once: its row is locked and emptied in one
  /// statement, fetches that run beside it skip the row, and all of a fetch commits before anything is answered.
  /// - Parameters:
  ///   - requester: gets no bundle of itself
  ///   - isOneTimeAllowed: if not, only a device without a last-resort prekey gives a one-time prekey
  /// - Throws: `deviceUnknown` if the requester has been removed from its account; `accountUnknown`
  func takeBundles(
    _ request: FetchBundles, for requester: DeviceAddress, isOneTimeAllowed: Bool
  ) async throws -> Bundles {
    let account = request.account
    return try await postgres.withTransaction { connection in
      let requesters = try connection.query(
        "SELECT 1 FROM devices WHERE account = $1 AND device = $2", requester.account.parameter,
        requester.device.parameter)
      guard !requesters.isEmpty else { throw Failure(.deviceUnknown) }
      let numbers = try connection.query(
        "SELECT device_list_number FROM accounts WHERE account = $1", account.parameter)
      guard let number = try numbers.first?.int64("device_list_number") else { throw Failure(.accountUnknown) }
      let signed = try Self.signedBundles(request, for: requester, on: connection)
      return Bundles(
        account: account, deviceListNumber: number.magnitude,
        bundles: try Self.takeOneTime(for: signed, of: account, isAllowed: isOneTimeAllowed, on: connection))
    }
  }

  /// A bundle with its signed and last-resort prekeys, and the suite that all of it is of.
  private typealias SignedBundle = (record: BundleRecord, suite: Int16)

  private static func signedBundles(
    _ request: FetchBundles, for requester: DeviceAddress, on connection: borrowing PostgresConnection
  ) throws -> [SignedBundle] {
    let rows = try connection.query(
      """
      SELECT devices.device, signed.suite, signed.prekey AS id, signed.public_key AS key, signed.signature AS signature,
        last_resort.prekey AS last_id, last_resort.public_key AS last_key, last_resort.signature AS last_signature
      FROM devices
        JOIN signed_prekeys AS signed ON signed.account = devices.account AND signed.device = devices.device
          AND signed.suite = COALESCE($5::smallint, devices.suite)
        LEFT JOIN last_resort_prekeys AS last_resort ON last_resort.account = signed.account
          AND last_resort.device = signed.device AND last_resort.suite = signed.suite
      WHERE devices.account = $1 AND (cardinality($2::int[]) = 0 OR devices.device = ANY ($2::int[]))
        AND NOT (devices.account = $3 AND devices.device = $4)
      ORDER BY devices.device
      """,
      request.account.parameter, .int32Array(request.devices.map { Int32($0.number) }), requester.account.parameter,
      requester.device.parameter, request.suite.parameter)
    return try rows.map { row in
      guard let device = DeviceID(try row.int32("device").magnitude) else { throw Failure(.internalError) }
      let record = BundleRecord(
        device: device,
        signedPreKey: SignedPreKeyRecord(
          id: try row.preKeyID("id"), publicKey: try row.bytes("key"), signature: try row.bytes("signature")),
        lastResortPreKey: try lastResort(in: row))
      return (record, try row.int16("suite"))
    }
  }

  private static func lastResort(in row: PostgresRow) throws -> SignedPreKeyRecord? {
    guard let id = try row.optionalPreKeyID("last_id") else { return nil }
    return SignedPreKeyRecord(
      id: id, publicKey: try row.bytes("last_key"), signature: try row.bytes("last_signature"))
  }

  /// Gives each bundle that is due one a one-time prekey, in one round trip; it loses its last-resort prekey then.
  private static func takeOneTime(
    for bundles: [SignedBundle], of account: AccountID, isAllowed: Bool, on connection: borrowing PostgresConnection
  ) throws -> [BundleRecord] {
    let indices = bundles.indices.filter { isAllowed || bundles[$0].record.lastResortPreKey == nil }
    let outcomes = try connection.pipeline(
      indices.map { index in
        PostgresStatement(
          """
          WITH chosen AS (
            SELECT prekey, public_key, signature FROM one_time_prekeys
            WHERE account = $1 AND device = $2 AND suite = $3 AND public_key IS NOT NULL
            ORDER BY prekey LIMIT 1 FOR UPDATE SKIP LOCKED)
          UPDATE one_time_prekeys AS taken SET public_key = NULL, signature = NULL FROM chosen
          WHERE taken.account = $1 AND taken.device = $2 AND taken.suite = $3 AND taken.prekey = chosen.prekey
          RETURNING chosen.prekey, chosen.public_key, chosen.signature
          """, account.parameter, bundles[index].record.device.parameter, .int16(bundles[index].suite))
      })
    var given = bundles.map(\.record)
    for (index, outcome) in zip(indices, outcomes) {
      guard let row = outcome.rows.first else { continue }
      given[index].lastResortPreKey = nil
      given[index].oneTimePreKey = OneTimePreKeyRecord(
        id: try row.preKeyID("prekey"), publicKey: try row.bytes("public_key"),
        signature: try row.optionalBytes("signature"))
    }
    return given
  }
}
