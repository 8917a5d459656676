// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

/// The tables `signed_prekeys`, `last_resort_prekeys` and `one_time_prekeys`.
struct PostgresPreKeyStore: Sendable {
  let postgres: PostgresPool

  /// How many prekeys of a device are left in a suite, in its own if none is named, and which ones are signed.
  func status(of address: DeviceAddress, suite: UInt64?) async throws -> KeyStatus {
    try await postgres.withConnection { connection in
      let rows = try connection.query(
        """
        WITH wanted AS (
          SELECT COALESCE($3::smallint, (SELECT suite FROM devices WHERE account = $1 AND device = $2)) AS suite)
        SELECT
          (SELECT count(*) FROM one_time_prekeys AS waiting
            WHERE account = $1 AND device = $2 AND waiting.suite = wanted.suite AND public_key IS NOT NULL) AS waiting,
          signed.prekey AS signed, signed.uploaded_at, last_resort.prekey AS last_resort
        FROM wanted
          LEFT JOIN signed_prekeys AS signed
            ON signed.account = $1 AND signed.device = $2 AND signed.suite = wanted.suite
          LEFT JOIN last_resort_prekeys AS last_resort
            ON last_resort.account = $1 AND last_resort.device = $2 AND last_resort.suite = wanted.suite
        """, address.account.parameter, address.device.parameter, suite.parameter)
      guard let row = rows.first else { throw Failure(.internalError) }
      return KeyStatus(
        oneTimePreKeys: try row.int64("waiting").magnitude,
        signedPreKeyID: try row.optionalPreKeyID("signed"),
        signedPreKeyUploadedAt: try row.optionalTimestampMicroseconds("uploaded_at")
          .map { UInt64(clamping: $0 / 1_000) },
        lastResortPreKeyID: try row.optionalPreKeyID("last_resort"))
    }
  }
}

extension UInt64? {
  /// A suite, or null for the device's own; a number that no suite can have finds nothing.
  var parameter: PostgresValue { map { .int16(Int16(clamping: $0)) } ?? .null }
}

extension PostgresRow {
  func optionalPreKeyID(_ column: String) throws(PostgresError) -> UInt32? {
    try optionalInt64(column).map { UInt32(clamping: $0) }
  }

  func preKeyID(_ column: String) throws(PostgresError) -> UInt32 { UInt32(clamping: try int64(column)) }
}
