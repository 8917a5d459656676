// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

/// Where devices can be woken: the table `push_tokens`, whose tokens are sealed.
struct PushTokenStore: Sendable {
  /// A device's token at one provider, as it is kept.
  struct SealedToken: Sendable, Equatable {
    let device: DeviceAddress
    let provider: PushProvider
    let bytes: [UInt8]
  }

  let postgres: PostgresPool

  /// - Throws: `Failure` `.deviceUnknown` for a device that its account does not have (any more).
  func put(_ token: SealedToken) async throws {
    let parameters = Self.key(token.device, token.provider) + [.bytes(token.bytes)]
    do {
      try await postgres.withConnection { connection in _ = try connection.execute(Self.put, parameters) }
    } catch let error as PostgresError where error.code == .foreignKeyViolation {
      throw Failure(.deviceUnknown)
    }
  }

  /// Removes a device's token.
  /// - Parameter bytes: nil for whatever there is; otherwise only this one, so that a newer one stays.
  func remove(_ device: DeviceAddress, _ provider: PushProvider, onlyIf bytes: [UInt8]? = nil) async throws {
    let parameters = Self.key(device, provider) + [.optional(bytes) { .bytes($0) }]
    try await postgres.withConnection { connection in _ = try connection.execute(Self.remove, parameters) }
  }

  /// All tokens of some devices.
  func tokens(of devices: [DeviceAddress]) async throws -> [SealedToken] {
    guard !devices.isEmpty else { return [] }
    return try await postgres.withConnection { connection in
      let rows = try connection.query(
        Self.find, .uuidArray(devices.map(\.account.bytes)), .int32Array(devices.map { Int32($0.device.number) }))
      return try rows.compactMap { row in
        // A provider that a later version knows is none of ours.
        guard let account = AccountID(bytes: try row.uuid(0)), let device = DeviceID(UInt32(try row.int32(1))),
          let provider = PushProvider(rawValue: UInt64(try row.int16(2)))
        else { return nil }
        let address = DeviceAddress(account: account, device: device)
        return SealedToken(device: address, provider: provider, bytes: try row.bytes(3))
      }
    }
  }

  private static func key(_ device: DeviceAddress, _ provider: PushProvider) -> [PostgresValue] {
    [.uuid(device.account.bytes), .int32(Int32(device.device.number)), .int16(Int16(provider.rawValue))]
  }

  private static let put: StaticString = """
    INSERT INTO push_tokens (account, device, provider, sealed_token) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account, device, provider) DO UPDATE SET sealed_token = excluded.sealed_token, updated_at = now()
    """

  private static let remove: StaticString = """
    DELETE FROM push_tokens
    WHERE account = $1 AND device = $2 AND provider = $3 AND ($4::bytea IS NULL OR sealed_token = $4)
    """

  private static let find: StaticString = """
    SELECT t.account, t.device, t.provider, t.sealed_token
    FROM unnest($1::uuid[], $2::int[]) AS asked (account, device)
    JOIN push_tokens t ON t.account = asked.account AND t.device = asked.device
    """
}
