// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// Deletes what has expired, in small transactions: used challenges, sessions, token keys.
///
/// Any number of replicas may sweep at once; they step around each other's rows.
struct ExpirySweep: Service {
  private static let interval = Duration.seconds(60)
  /// Rows of one transaction.
  static let batch = 500
  /// Transactions of one sweep for one table; the rest waits for the next sweep.
  static let batches = 100

  let postgres: PostgresPool
  let logger: Logger

  func run() async throws {
    try await untilShutdown {
      while true {
        do {
          try await sweep()
        } catch let error as PostgresError {
          logger.warning("expired rows cannot be deleted", metadata: ["error": "\(error)"])
        }
        try await Task.sleep(for: Self.interval)
      }
    }
  }

  /// - Returns: how many rows were deleted.
  @discardableResult
  func sweep() async throws -> Int {
    try await sweep(UsedChallengeTable.deleteExpired) + sweep(PostgresSessionStore.deleteExpired)
      + sweep(TokenKeyTable.deleteExpired)
  }

  private func sweep(
    _ deleteExpired: @escaping @Sendable (_ limit: Int, borrowing PostgresConnection) throws -> Int
  ) async throws -> Int {
    var total = 0
    for _ in 0..<Self.batches {
      let deleted = try await postgres.withConnection { try deleteExpired(Self.batch, $0) }
      total += deleted
      if deleted < Self.batch { break }
    }
    return total
  }
}
