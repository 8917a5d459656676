// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Metrics
import Wire

/// Walks this worker's partitions now and then and deletes what has expired.
struct ExpirySweep: Sendable {
  let store: ExpiryStore
  let leases: PartitionLeases
  let interval: Duration
  /// For how long a message that was accepted is known when it is repeated.
  let rememberedDays: Int
  let logger: Logger

  /// Sweeps until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: interval)
        try await sweep()
      } catch is CancellationError {
        return
      } catch {
        logger.warning("a sweep was broken off", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Sweeps everything that this worker holds once.
  /// - Returns: how many messages were deleted.
  @discardableResult
  func sweep() async throws -> Int {
    var deleted = 0
    for (partition, lease) in await leases.standing().held.sorted(by: { $0.key < $1.key }) {
      deleted += try await sweep(partition, epoch: lease.epoch)
      // One worker does this for all.
      if partition.number == 0 { try await forgetAccepted() }
    }
    Counter(label: "construct_delivery_expired").increment(by: deleted)
    return deleted
  }

  private func sweep(_ partition: Partition, epoch: Int64) async throws -> Int {
    var deleted = 0
    var cursor: ExpiryStore.Cursor? = ExpiryStore.Cursor()
    while let here = cursor {
      try Task.checkCancellation()
      let step = try await store.sweep(partition, epoch: epoch, after: here)
      deleted += step.deleted
      cursor = step.next
    }
    return deleted
  }

  private func forgetAccepted() async throws {
    while try await store.forgetAccepted(olderThanDays: rememberedDays) == ExpiryStore.records {
      try Task.checkCancellation()
    }
  }
}
