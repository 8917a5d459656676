// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Postgres
import Wire

extension PostgresPreKeyStore {
  /// Stores all of the prekeys or none of them.
  ///
  /// The same upload again changes nothing: a one-time prekey that was handed out meanwhile does not come back. Uploads
  /// of one device wait for each other.
  /// - Throws: `deviceUnknown`; `preKeyConflict` if an id was uploaded before with another key; `tooManyPreKeys`
  func store(_ keys: VerifiedPreKeys, of address: DeviceAddress) async throws {
    try await postgres.withTransaction { connection in
      let devices = try connection.query(
        "SELECT 1 FROM devices WHERE account = $1 AND device = $2 FOR NO KEY UPDATE", address.account.parameter,
        address.device.parameter)
      guard !devices.isEmpty else { throw Failure(.deviceUnknown) }
      let suite = Int16(clamping: keys.suite)
      if let signed = keys.signed {
        try Self.storeSigned(signed, in: .signed, suite: suite, of: address, on: connection)
      }
      if let lastResort = keys.lastResort {
        try Self.storeSigned(lastResort, in: .lastResort, suite: suite, of: address, on: connection)
      }
      try Self.storeOneTime(keys.oneTime, suite: suite, of: address, on: connection)
    }
  }

  /// The tables of prekeys of which a device has one at a time in each suite.
  private enum SignedTable {
    case signed
    case lastResort

    var current: StaticString {
      switch self {
      case .signed: "SELECT prekey, public_key FROM signed_prekeys WHERE account = $1 AND device = $2 AND suite = $3"
      case .lastResort:
        "SELECT prekey, public_key FROM last_resort_prekeys WHERE account = $1 AND device = $2 AND suite = $3"
      }
    }

    var replace: StaticString {
      switch self {
      case .signed:
        """
        INSERT INTO signed_prekeys (account, device, suite, prekey, public_key, signature)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account, device, suite) DO UPDATE SET prekey = EXCLUDED.prekey,
          public_key = EXCLUDED.public_key, signature = EXCLUDED.signature, uploaded_at = now()
        """
      case .lastResort:
        """
        INSERT INTO last_resort_prekeys (account, device, suite, prekey, public_key, signature)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account, device, suite) DO UPDATE SET prekey = EXCLUDED.prekey,
          public_key = EXCLUDED.public_key, signature = EXCLUDED.signature, uploaded_at = now()
        """
      }
    }
  }

  private static func storeSigned(
    _ preKey: SignedPreKeyRecord, in table: SignedTable, suite: Int16, of address: DeviceAddress,
    on connection: borrowing PostgresConnection
  ) throws {
    let current = try connection.query(
      table.current, address.account.parameter, address.device.parameter, .int16(suite))
    guard try isNew(preKey, current: current) else { return }
    try connection.execute(
      table.replace, address.account.parameter, address.device.parameter, .int16(suite), .int64(Int64(preKey.id)),
      .bytes(preKey.publicKey), .bytes(preKey.signature))
  }

  /// False for the prekey that stands already. Throws `preKeyConflict` for another key under its id.
  private static func isNew(_ preKey: SignedPreKeyRecord, current: PostgresRows) throws -> Bool {
    guard let row = current.first, try row.preKeyID("prekey") == preKey.id else { return true }
    guard try row.bytes("public_key") == preKey.publicKey else { throw Failure(.preKeyConflict) }
    return false
  }

  private static func storeOneTime(
    _ preKeys: [OneTimePreKeyRecord], suite: Int16, of address: DeviceAddress,
    on connection: borrowing PostgresConnection
  ) throws {
    let fresh = try unknown(preKeys, suite: suite, of: address, on: connection)
    guard !fresh.isEmpty else { return }
    let counted = try connection.query(
      """
      SELECT count(*) AS waiting FROM one_time_prekeys
      WHERE account = $1 AND device = $2 AND suite = $3 AND public_key IS NOT NULL
      """, address.account.parameter, address.device.parameter, .int16(suite))
    let waiting = try counted.first?.int64("waiting") ?? 0
    guard Int(waiting) + fresh.count <= WireLimits.oneTimePreKeys else { throw Failure(.tooManyPreKeys) }
    try connection.execute(
      """
      INSERT INTO one_time_prekeys (account, device, suite, prekey, public_key, key_hash, signature)
      SELECT $1, $2, $3, fresh.prekey, fresh.public_key, fresh.key_hash, NULLIF(fresh.signature, ''::bytea)
      FROM unnest($4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[])
        AS fresh (prekey, public_key, key_hash, signature)
      """,
      address.account.parameter, address.device.parameter, .int16(suite), .int64Array(fresh.map { Int64($0.id) }),
      .bytesArray(fresh.map(\.publicKey)), .bytesArray(fresh.map { Array(SHA256.hash(data: $0.publicKey)) }),
      .bytesArray(fresh.map { $0.signature ?? [] }))
  }

  /// Those whose ids were never uploaded. Throws `preKeyConflict` if one was, with another key.
  private static func unknown(
    _ preKeys: [OneTimePreKeyRecord], suite: Int16, of address: DeviceAddress,
    on connection: borrowing PostgresConnection
  ) throws -> [OneTimePreKeyRecord] {
    guard !preKeys.isEmpty else { return [] }
    let rows = try connection.query(
      """
      SELECT prekey, key_hash FROM one_time_prekeys
      WHERE account = $1 AND device = $2 AND suite = $3 AND prekey = ANY ($4)
      """,
      address.account.parameter, address.device.parameter, .int16(suite), .int64Array(preKeys.map { Int64($0.id) }))
    var known: [UInt32: [UInt8]] = [:]
    for row in rows { known[try row.preKeyID("prekey")] = try row.bytes("key_hash") }
    return try preKeys.filter { preKey in
      guard let hash = known[preKey.id] else { return true }
      guard SHA256.hash(data: preKey.publicKey) == hash else { throw Failure(.preKeyConflict) }
      return false
    }
  }
}
