// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Metrics
import ServiceKit
import Wire

/// Claims, renews and gives back this worker's partitions, so that all workers that are alive have an equal share.
///
/// `run()` renews three times within a lease. What is held is asked for before every batch by `standing()`, which
/// stops at this process's own clock before PostgreSQL's lease ends. Whoever is paused in between is stopped by the
/// fence (`advance_partitions`), which is what safety rests on; the clock only saves the attempt.
actor PartitionLeases {
  /// What the worker's loop acts on.
  struct Standing: Sendable, Equatable {
    /// Held at this moment, without what is to be given back.
    var held: [Partition: LeasedPartition] = [:]
    /// To be given back: stop, and call `release`.
    var surplus: [Partition] = []
  }

  private let store: LeaseStore
  private let clock: MonotonicClock
  private let logger: Logger
  private var table = LeaseTable()
  private var workers = 1
  private var renewedAt: Moment?
  /// When the question was asked whose answer the table has, or partitions were given back.
  private var toldAt = Moment(milliseconds: 0)

  init(store: LeaseStore, clock: MonotonicClock, logger: Logger) {
    self.store = store
    self.clock = clock
    self.logger = logger
  }

  private var leaseMilliseconds: UInt64 { UInt64(store.lease / .milliseconds(1)) }

  /// Renews and claims until the task is cancelled.
  func run() async {
    let interval = store.lease / 3
    var pause = RetryPause(longest: interval)
    while !Task.isCancelled {
      do {
        try await tick()
        pause.reset()
      } catch is CancellationError {
        return
      } catch {
        logger.warning("leases wait for PostgreSQL", metadata: ["error": "\(error)"])
        guard await pause.wait() else { return }
        continue
      }
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }

  func standing() -> Standing {
    let surplus = table.surplus(workers: workers)
    var held = table.standing(at: clock.now())
    for partition in surplus { held[partition] = nil }
    return Standing(held: held, surplus: surplus)
  }

  /// Whether the last renewal is recent enough that leases stand; so for a worker that has no share, too.
  var isRenewed: Bool {
    guard let renewedAt else { return false }
    return clock.now() < renewedAt + leaseMilliseconds
  }

  /// Asks PostgreSQL what this worker owns and where its positions are, and prolongs it.
  /// - Returns: everything that is owned, with the committed positions.
  @discardableResult
  func refresh() async throws -> [Partition: LeasedPartition] {
    let asked = clock.now()
    let renewal = try await store.renew()
    let owned = Dictionary(uniqueKeysWithValues: renewal.owned.map { ($0.partition, $0) })
    // The loop and `run()` both ask. An answer that was overtaken by that to a later question changes nothing.
    guard asked >= toldAt else { return owned }
    let before = table
    table.renewed(renewal.owned, until: end(askedAt: asked))
    workers = renewal.workers
    renewedAt = asked
    toldAt = asked
    tellChange(since: before)
    return owned
  }

  /// Gives partitions back that the worker has stopped working on.
  func release(_ partitions: [Partition]) async throws {
    let before = table
    table.released(partitions)
    tellChange(since: before)
    toldAt = clock.now()
    try await store.release(partitions)
  }

  /// Gives everything back; the last call.
  func retire() async throws {
    table = LeaseTable()
    try await store.retire()
  }

  private func tick() async throws {
    try await refresh()
    let wanted = table.wanted(workers: workers)
    guard wanted > 0 else { return }
    let asked = clock.now()
    let rows = try await store.claim(wanted)
    guard !rows.isEmpty else { return }
    toldAt = max(toldAt, asked)
    let before = table
    table.claimed(rows, until: end(askedAt: asked))
    tellChange(since: before)
  }

  /// A tenth before PostgreSQL's own end.
  private func end(askedAt moment: Moment) -> Moment { moment + (leaseMilliseconds - leaseMilliseconds / 10) }

  private func tellChange(since before: LeaseTable) {
    Gauge(label: "construct_delivery_partitions").record(table.leases.count)
    guard before.leases.mapValues(\.row.epoch) != table.leases.mapValues(\.row.epoch) else { return }
    logger.info("leases have changed", metadata: ["held": "\(table.leases.count)", "workers": "\(workers)"])
  }
}
