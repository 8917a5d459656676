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
      if let signed = keys.signed { try Self.storeSigned(signed, of: address, on: connection) }
      if let lastResort = keys.lastResort { try Self.storeLastResort(lastResort, of: address, on: connection) }
      try Self.storeOneTime(keys.oneTime, of: address, on: connection)
    }
  }

  private static func storeSigned(
    _ preKey: SignedPreKeyRecord, of address: DeviceAddress, on connection: borrowing PostgresConnection
  ) throws {
    let current = try connection.query(
      "SELECT prekey, public_key FROM signed_prekeys WHERE account = $1 AND device = $2", address.account.parameter,
      address.device.parameter)
    guard try isNew(preKey, current: current) else { return }
    try connection.execute(
      """
      INSERT INTO signed_prekeys (account, device, prekey, public_key, signature) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (account, device) DO UPDATE SET prekey = EXCLUDED.prekey, public_key = EXCLUDED.public_key,
        signature = EXCLUDED.signature, uploaded_at = now()
      """,
      address.account.parameter, address.device.parameter, .int64(Int64(preKey.id)), .bytes(preKey.publicKey),
      .bytes(preKey.signature))
  }

  private static func storeLastResort(
    _ preKey: SignedPreKeyRecord, of address: DeviceAddress, on connection: borrowing PostgresConnection
  ) throws {
    let current = try connection.query(
      "SELECT prekey, public_key FROM last_resort_prekeys WHERE account = $1 AND device = $2",
      address.account.parameter, address.device.parameter)
    guard try isNew(preKey, current: current) else { return }
    try connection.execute(
      """
      INSERT INTO last_resort_prekeys (account, device, prekey, public_key, signature) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (account, device) DO UPDATE SET prekey = EXCLUDED.prekey, public_key = EXCLUDED.public_key,
        signature = EXCLUDED.signature, uploaded_at = now()
      """,
      address.account.parameter, address.device.parameter, .int64(Int64(preKey.id)), .bytes(preKey.publicKey),
      .bytes(preKey.signature))
  }

  /// False for the prekey that stands already. Throws `preKeyConflict` for another key under its id.
  private static func isNew(_ preKey: SignedPreKeyRecord, current: PostgresRows) throws -> Bool {
    guard let row = current.first, try row.preKeyID("prekey") == preKey.id else { return true }
    guard try row.bytes("public_key") == preKey.publicKey else { throw Failure(.preKeyConflict) }
    return false
  }

  private static func storeOneTime(
    _ preKeys: [OneTimePreKeyRecord], of address: DeviceAddress, on connection: borrowing PostgresConnection
  ) throws {
    let fresh = try unknown(preKeys, of: address, on: connection)
    guard !fresh.isEmpty else { return }
    let counted = try connection.query(
      "SELECT count(*) AS waiting FROM one_time_prekeys WHERE account = $1 AND device = $2 AND public_key IS NOT NULL",
      address.account.parameter, address.device.parameter)
    let waiting = try counted.first?.int64("waiting") ?? 0
    guard Int(waiting) + fresh.count <= WireLimits.oneTimePreKeys else { throw Failure(.tooManyPreKeys) }
    try connection.execute(
      """
      INSERT INTO one_time_prekeys (account, device, prekey, public_key, key_hash)
      SELECT $1, $2, fresh.prekey, fresh.public_key, fresh.key_hash
      FROM unnest($3::bigint[], $4::bytea[], $5::bytea[]) AS fresh (prekey, public_key, key_hash)
      """,
      address.account.parameter, address.device.parameter, .int64Array(fresh.map { Int64($0.id) }),
      .bytesArray(fresh.map(\.publicKey)), .bytesArray(fresh.map { Array(SHA256.hash(data: $0.publicKey)) }))
  }

  /// Those whose ids were never uploaded. Throws `preKeyConflict` if one was, with another key.
  private static func unknown(
    _ preKeys: [OneTimePreKeyRecord], of address: DeviceAddress, on connection: borrowing PostgresConnection
  ) throws -> [OneTimePreKeyRecord] {
    guard !preKeys.isEmpty else { return [] }
    let rows = try connection.query(
      "SELECT prekey, key_hash FROM one_time_prekeys WHERE account = $1 AND device = $2 AND prekey = ANY ($3)",
      address.account.parameter, address.device.parameter, .int64Array(preKeys.map { Int64($0.id) }))
    var known: [UInt32: [UInt8]] = [:]
    for row in rows { known[try row.preKeyID("prekey")] = try row.bytes("key_hash") }
    return try preKeys.filter { preKey in
      guard let hash = known[preKey.id] else { return true }
      guard SHA256.hash(data: preKey.publicKey) == hash else { throw Failure(.preKeyConflict) }
      return false
    }
  }
}
