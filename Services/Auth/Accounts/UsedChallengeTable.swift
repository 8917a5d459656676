// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres

/// The table `used_challenges`: what makes a challenge good for one use.
enum UsedChallengeTable {
  /// Records that the challenge is redeemed, in the transaction of what it is redeemed for.
  /// - Returns: false if it was redeemed before. Waits for another transaction that is about to redeem it.
  static func claim(_ challenge: Challenge, on connection: borrowing PostgresConnection) throws -> Bool {
    try connection.execute(
      "INSERT INTO used_challenges (challenge, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
      .bytes(challenge.identifier), .timestamp(microseconds: Int64(clamping: challenge.expiry) * 1_000)) == 1
  }

  /// Forgets challenges that have expired, an hour late because the replicas' clocks may differ.
  /// - Returns: how many, at most `limit`.
  static func deleteExpired(limit: Int, on connection: borrowing PostgresConnection) throws -> Int {
    try connection.execute(
      """
      DELETE FROM used_challenges WHERE challenge IN (
        SELECT challenge FROM used_challenges WHERE expires_at < now() - interval '1 hour'
        LIMIT $1 FOR UPDATE SKIP LOCKED)
      """, .int64(Int64(limit)))
  }
}
