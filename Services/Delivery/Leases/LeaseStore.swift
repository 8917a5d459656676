// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import Wire

/// The statements on `partitions` and `delivery_workers` that leases are made of. All times are PostgreSQL's.
///
/// Rows are locked in the order of their numbers here and in `advance_partitions`, so that a renewal waits for a batch
/// and never deadlocks with it. A claim passes over locked rows: somebody is just writing under that lease.
struct LeaseStore: Sendable {
  let postgres: PostgresPool
  /// This process start.
  let worker: String
  let lease: Duration

  /// What a renewal found.
  struct Renewal: Sendable, Equatable {
    let owned: [LeasedPartition]
    /// Workers that are alive, this one included.
    let workers: Int
  }

  private var leaseMilliseconds: PostgresValue { .int64(Int64(lease / .milliseconds(1))) }

  /// Says that this worker lives, and prolongs all that it owns.
  func renew() async throws -> Renewal {
    try await postgres.withConnection { [worker, leaseMilliseconds] connection in
      let outcomes = try connection.pipeline([
        PostgresStatement(Self.announce, .text(worker), leaseMilliseconds),
        PostgresStatement(Self.forgetDead),
        PostgresStatement(Self.prolong, .text(worker), leaseMilliseconds),
        PostgresStatement(Self.countWorkers),
      ])
      return Renewal(
        owned: try outcomes[2].rows.map(Self.partition), workers: Int(try outcomes[3].rows.first?.int64(0) ?? 1))
    }
  }

  /// Takes partitions that nobody holds, at most `count`.
  func claim(_ count: Int) async throws -> [LeasedPartition] {
    try await postgres.withConnection { [worker, leaseMilliseconds] connection in
      try connection.query(Self.claim, .text(worker), leaseMilliseconds, .int64(Int64(count))).map(Self.partition)
    }
  }

  /// Gives partitions back. Those that are not owned any more stay as they are.
  func release(_ partitions: [Partition]) async throws {
    let numbers = partitions.map { Int32($0.number) }
    try await postgres.withConnection { [worker] connection in
      _ = try connection.execute(Self.release, .text(worker), .int32Array(numbers))
    }
  }

  /// Gives everything back and says that this worker is gone.
  func retire() async throws {
    try await postgres.withConnection { [worker] connection in
      let numbers = Partition.all.map { Int32($0.number) }
      _ = try connection.pipeline([
        PostgresStatement(Self.release, .text(worker), .int32Array(numbers)),
        PostgresStatement(Self.forget, .text(worker)),
      ])
    }
  }

  private static func partition(_ row: PostgresRow) throws -> LeasedPartition {
    guard let partition = Partition(UInt32(bitPattern: try row.int32(0))) else { throw DeliveryError.foreignPartition }
    let position = RedisStreamID(
      milliseconds: UInt64(bitPattern: try row.int64(2)), sequence: UInt64(bitPattern: try row.int64(3)))
    return LeasedPartition(partition: partition, epoch: try row.int64(1), position: position)
  }

  private static let announce: StaticString = """
    INSERT INTO delivery_workers (worker, seen_until) VALUES ($1, now() + $2 * interval '1 millisecond')
    ON CONFLICT (worker) DO UPDATE SET seen_until = excluded.seen_until
    """

  private static let forgetDead: StaticString = """
    DELETE FROM delivery_workers WHERE seen_until < now() - interval '1 hour'
    """

  private static let prolong: StaticString = """
    WITH mine AS (
      SELECT partition FROM partitions WHERE owner = $1 ORDER BY partition FOR NO KEY UPDATE
    )
    UPDATE partitions p SET lease_until = now() + $2 * interval '1 millisecond'
    FROM mine WHERE p.partition = mine.partition
    RETURNING p.partition, p.epoch, p.position_ms, p.position_seq
    """

  private static let countWorkers: StaticString = """
    SELECT count(*) FROM delivery_workers WHERE seen_until > now()
    """

  private static let claim: StaticString = """
    WITH free AS (
      SELECT partition FROM partitions WHERE owner IS NULL OR lease_until < now()
      ORDER BY partition LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE partitions p SET owner = $1, epoch = p.epoch + 1, lease_until = now() + $2 * interval '1 millisecond'
    FROM free WHERE p.partition = free.partition
    RETURNING p.partition, p.epoch, p.position_ms, p.position_seq
    """

  private static let release: StaticString = """
    WITH mine AS (
      SELECT partition FROM partitions WHERE owner = $1 AND partition = ANY ($2) ORDER BY partition FOR NO KEY UPDATE
    )
    UPDATE partitions p SET owner = NULL, lease_until = '-infinity' FROM mine WHERE p.partition = mine.partition
    """

  private static let forget: StaticString = """
    DELETE FROM delivery_workers WHERE worker = $1
    """
}
