// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

@testable import GatewayService

/// An `AppendQueue` by reference, so that an expectation can be made of a call that changes it.
final class TestQueue {
  private var queue: AppendQueue

  init(limits: AppendLimits) {
    queue = AppendQueue(limits: limits)
    queue.connected()
  }

  var limits: AppendLimits { queue.limits }
  var pendingBytes: Int { queue.pendingBytes }
  var isIdle: Bool { queue.isIdle }

  func add(_ command: PartitionCommand, to partition: Partition) -> Bool { queue.add(command, to: partition) }

  func add(_ request: ServiceRequest, to target: ServiceQueue) -> Bool { queue.add(request, to: target) }

  func nextBatch(at now: Moment) -> AppendBatch? { queue.nextBatch(at: now) }

  func completed(successes: [Bool], lengths: [Int64?], at now: Moment) -> [AppendFailure] {
    queue.completed(successes: successes, lengths: lengths, at: now)
  }

  func disconnected() -> [AppendFailure] { queue.disconnected() }

  func connected() { queue.connected() }
}
