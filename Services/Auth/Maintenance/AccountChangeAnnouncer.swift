// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Postgres
import Redis
import ServiceKit
import ServiceLifecycle
import Wire

/// Tells the owners of partitions about changed device lists.
///
/// A change is noted in the transaction that makes it, and the owner of the partition deletes the note in the transaction
/// with which it takes the change in. Until then it is announced again and again, with growing pauses: so crashes and a
/// lost Redis only delay it. Besides the announcement right after the change, this service repeats what is due.
struct AccountChangeAnnouncer: Service {
  private static let interval = Duration.seconds(5)
  /// Changes of one round.
  static let batch = 256

  let postgres: PostgresPool
  let redis: RedisClient
  let logger: Logger

  func run() async throws {
    try await untilShutdown {
      while true {
        try await attempt { try await announcePending() }
        try await Task.sleep(for: Self.interval)
      }
    }
  }

  /// Announces one change that was just made. What fails is left to the service.
  func announce(_ change: AccountChangeTable.Change) async throws {
    try await attempt { try await send(change) }
  }

  /// - Returns: how many changes were announced.
  @discardableResult
  func announcePending() async throws -> Int {
    let changes = try await postgres.withConnection { try AccountChangeTable.pending(limit: Self.batch, on: $0) }
    for change in changes { try await send(change) }
    return changes.count
  }

  private func send(_ change: AccountChangeTable.Change) async throws {
    let entry = PartitionCommands(gateway: "", commands: [PartitionCommand(accountChanged: change.account)])
    let stream = StreamName.partition(Partition(of: change.account))
    try await redis.send(
      RedisCommand("XADD", .text(stream), "*", .text(StreamName.field), .bytes(entry.encoded())))
    try await postgres.withConnection { try AccountChangeTable.announced(change, on: $0) }
  }

  private func attempt(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as RedisError {
      try Task.checkCancellation()
      logger.warning("a changed device list cannot be announced yet", metadata: ["error": "\(error)"])
    } catch let error as PostgresError {
      logger.warning("a changed device list cannot be announced yet", metadata: ["error": "\(error)"])
    }
  }
}
