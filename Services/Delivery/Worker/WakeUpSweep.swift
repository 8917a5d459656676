// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Metrics
import Wire

/// Walks this worker's partitions now and then and wakes devices for which something has waited for too long.
///
/// The loop wakes who is not attached, who leaves, and who does not acknowledge. This is for what it cannot know: what an
/// earlier owner was about to do when it died, and what was lost with Redis. It needs no knowledge of attachments, as
/// nothing waits for long for a device that acknowledges.
struct WakeUpSweep: Sendable {
  let store: WakeUpStore
  let leases: PartitionLeases
  let writer: EffectsWriter
  let interval: Duration
  let logger: Logger

  private let woken = Counter(label: "construct_delivery_swept_wakeups")

  /// Sweeps until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: interval)
        try await sweep()
      } catch is CancellationError {
        return
      } catch {
        logger.warning("a wake-up sweep was broken off", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Sweeps everything that this worker holds once. Ends early when the push relay's queue takes no more: the rest stays
  /// due.
  /// - Returns: how many devices were woken.
  @discardableResult
  func sweep() async throws -> Int {
    var count = 0
    for (partition, lease) in await leases.standing().held.sorted(by: { $0.key < $1.key }) {
      var last: DeviceAddress?
      repeat {
        try Task.checkCancellation()
        let due = try await store.due(partition, epoch: lease.epoch, after: last)
        guard let end = due.last?.device else { break }
        // In this order: who crashes in between wakes somebody twice.
        guard await writer.wake(Dictionary(uniqueKeysWithValues: due.map { ($0.device, $0.isUrgent) })) else {
          return count
        }
        try await store.woken(due.map(\.device), in: partition, epoch: lease.epoch)
        woken.increment(by: due.count)
        count += due.count
        last = due.count == WakeUpStore.page ? end : nil
      } while last != nil
    }
    return count
  }
}
