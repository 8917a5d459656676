// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

extension PostgresAccountStore {
  /// Stores the account and redeems its challenge in one transaction.
  ///
  /// The same registration again succeeds again, so that a client that has not heard the answer can repeat it.
  /// - Throws: `challengeUsed` or `usernameTaken`; then nothing is stored, not even that the challenge was used
  func insert(_ registration: VerifiedRegistration) async throws {
    try await postgres.withTransaction { connection in
      guard try UsedChallengeTable.claim(registration.challenge, on: connection) else {
        guard try Self.contains(registration, on: connection) else { throw Failure(.challengeUsed) }
        return
      }
      guard try Self.insertAccount(registration, on: connection) else { throw Failure(.usernameTaken) }
      try Self.insertDevices(registration.deviceList.list.devices, of: registration.account, on: connection)
    }
  }

  /// Whether exactly this registration was stored before and its first list still stands.
  func contains(_ registration: VerifiedRegistration) async throws -> Bool {
    try await postgres.withConnection { connection in
      try Self.contains(registration, on: connection)
    }
  }

  private static func contains(
    _ registration: VerifiedRegistration, on connection: borrowing PostgresConnection
  ) throws -> Bool {
    try !connection.query(
      """
      SELECT 1 FROM accounts
      WHERE account = $1 AND username = $2 AND suite = $3 AND root_identity_key = $4 AND device_list = $5
      """,
      .uuid(registration.account.bytes), .text(registration.username.text),
      .int16(Int16(registration.rootIdentityKey.suite)), .bytes(registration.rootIdentityKey.bytes),
      .bytes(registration.deviceList.signed.payload)
    ).isEmpty
  }

  /// - Returns: false if the username, or one that looks the same, is taken.
  private static func insertAccount(
    _ registration: VerifiedRegistration, on connection: borrowing PostgresConnection
  ) throws -> Bool {
    try connection.execute(
      """
      INSERT INTO accounts (account, username, skeleton, suite, root_identity_key, device_list_number, device_list,
        device_list_signature, highest_device)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT DO NOTHING
      """,
      .uuid(registration.account.bytes), .text(registration.username.text), .text(registration.username.skeleton),
      .int16(Int16(registration.rootIdentityKey.suite)), .bytes(registration.rootIdentityKey.bytes),
      .int64(Int64(registration.deviceList.list.number)), .bytes(registration.deviceList.signed.payload),
      .bytes(registration.deviceList.signed.signature), .int32(Int32(DeviceID.first.number))) == 1
  }
}
