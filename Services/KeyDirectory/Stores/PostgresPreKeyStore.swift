// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

/// The tables `signed_prekeys`, `last_resort_prekeys` and `one_time_prekeys`.
struct PostgresPreKeyStore: Sendable {
  let postgres: PostgresPool

  /// How many prekeys of a device are left, and which ones are signed.
  func status(of address: DeviceAddress) async throws -> KeyStatus {
    try await postgres.withConnection { connection in
      let rows = try connection.query(
        """
        SELECT
          (SELECT count(*) FROM one_time_prekeys
            WHERE account = $1 AND device = $2 AND public_key IS NOT NULL) AS waiting,
          (SELECT prekey FROM signed_prekeys WHERE account = $1 AND device = $2) AS signed,
          (SELECT uploaded_at FROM signed_prekeys WHERE account = $1 AND device = $2) AS uploaded_at,
          (SELECT prekey FROM last_resort_prekeys WHERE account = $1 AND device = $2) AS last_resort
        """, address.account.parameter, address.device.parameter)
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

extension PostgresRow {
  func optionalPreKeyID(_ column: String) throws(PostgresError) -> UInt32? {
    try optionalInt64(column).map { UInt32(clamping: $0) }
  }

  func preKeyID(_ column: String) throws(PostgresError) -> UInt32 { UInt32(clamping: try int64(column)) }
}
