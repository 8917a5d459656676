// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

extension PostgresPreKeyStore {
  /// A bundle of each of an account's devices that has a signed prekey, and one-time prekeys taken out for them.
  ///
  /// Whatever becomes of the answer, a one-time prekey is given out once: its row is locked and emptied in one
  /// statement, fetches that run beside it skip the row, and all of a fetch commits before anything is answered.
  /// - Parameters:
  ///   - devices: which of them; all if empty
  ///   - requester: gets no bundle of itself
  ///   - isOneTimeAllowed: if not, only a device without a last-resort prekey gives a one-time prekey
  /// - Throws: `deviceUnknown` if the requester has been removed from its account; `accountUnknown`
  func takeBundles(
    of account: AccountID, devices: [DeviceID], for requester: DeviceAddress, isOneTimeAllowed: Bool
  ) async throws -> Bundles {
    try await postgres.withTransaction { connection in
      let requesters = try connection.query(
        "SELECT 1 FROM devices WHERE account = $1 AND device = $2", requester.account.parameter,
        requester.device.parameter)
      guard !requesters.isEmpty else { throw Failure(.deviceUnknown) }
      let numbers = try connection.query(
        "SELECT device_list_number FROM accounts WHERE account = $1", account.parameter)
      guard let number = try numbers.first?.int64("device_list_number") else { throw Failure(.accountUnknown) }
      let signed = try Self.signedBundles(of: account, devices: devices, for: requester, on: connection)
      return Bundles(
        account: account, deviceListNumber: number.magnitude,
        bundles: try Self.takeOneTime(for: signed, of: account, isAllowed: isOneTimeAllowed, on: connection))
    }
  }

  /// Bundles with their signed and last-resort prekeys.
  private static func signedBundles(
    of account: AccountID, devices: [DeviceID], for requester: DeviceAddress,
    on connection: borrowing PostgresConnection
  ) throws -> [BundleRecord] {
    let rows = try connection.query(
      """
      SELECT device, signed.prekey AS id, signed.public_key AS key, signed.signature AS signature,
        last_resort.prekey AS last_id, last_resort.public_key AS last_key, last_resort.signature AS last_signature
      FROM signed_prekeys AS signed LEFT JOIN last_resort_prekeys AS last_resort USING (account, device)
      WHERE account = $1 AND (cardinality($2::int[]) = 0 OR device = ANY ($2::int[]))
        AND NOT (account = $3 AND device = $4)
      ORDER BY device
      """,
      account.parameter, .int32Array(devices.map { Int32($0.number) }), requester.account.parameter,
      requester.device.parameter)
    return try rows.map { row in
      guard let device = DeviceID(try row.int32("device").magnitude) else { throw Failure(.internalError) }
      return BundleRecord(
        device: device,
        signedPreKey: SignedPreKeyRecord(
          id: try row.preKeyID("id"), publicKey: try row.bytes("key"), signature: try row.bytes("signature")),
        lastResortPreKey: try lastResort(in: row))
    }
  }

  private static func lastResort(in row: PostgresRow) throws -> SignedPreKeyRecord? {
    guard let id = try row.optionalPreKeyID("last_id") else { return nil }
    return SignedPreKeyRecord(
      id: id, publicKey: try row.bytes("last_key"), signature: try row.bytes("last_signature"))
  }

  /// Gives each bundle that is due one a one-time prekey, in one round trip; it loses its last-resort prekey then.
  private static func takeOneTime(
    for bundles: [BundleRecord], of account: AccountID, isAllowed: Bool, on connection: borrowing PostgresConnection
  ) throws -> [BundleRecord] {
    let indices = bundles.indices.filter { isAllowed || bundles[$0].lastResortPreKey == nil }
    let outcomes = try connection.pipeline(
      indices.map { index in
        PostgresStatement(
          """
          WITH chosen AS (
            SELECT prekey, public_key FROM one_time_prekeys
            WHERE account = $1 AND device = $2 AND public_key IS NOT NULL
            ORDER BY prekey LIMIT 1 FOR UPDATE SKIP LOCKED)
          UPDATE one_time_prekeys AS taken SET public_key = NULL FROM chosen
          WHERE taken.account = $1 AND taken.device = $2 AND taken.prekey = chosen.prekey
          RETURNING chosen.prekey, chosen.public_key
          """, account.parameter, bundles[index].device.parameter)
      })
    var given = bundles
    for (index, outcome) in zip(indices, outcomes) {
      guard let row = outcome.rows.first else { continue }
      given[index] = BundleRecord(
        device: bundles[index].device, signedPreKey: bundles[index].signedPreKey,
        oneTimePreKey: OneTimePreKeyRecord(id: try row.preKeyID("prekey"), publicKey: try row.bytes("public_key")))
    }
    return given
  }
}
