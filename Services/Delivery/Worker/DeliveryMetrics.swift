// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Metrics

/// What operators see of a worker.
struct DeliveryMetrics: Sendable {
  let failedBatches = Counter(label: "construct.delivery.failed.batches")
  let refusedCommands = Counter(label: "construct.delivery.refused.commands")
  private let accepted = Counter(label: "construct.delivery.accepted")
  private let acknowledgements = Counter(label: "construct.delivery.acknowledgements")
  private let frames = Counter(label: "construct.delivery.frames")
  private let commitTime = Timer(label: "construct.delivery.commit")
  private let batchSize = Recorder(label: "construct.delivery.batch.messages")

  func committed(_ writes: MailboxWrites, milliseconds: UInt64) {
    accepted.increment(by: writes.accepted.count)
    acknowledgements.increment(by: writes.acknowledged.count)
    batchSize.record(writes.accepted.count)
    commitTime.recordMilliseconds(milliseconds)
  }

  func told(_ effects: DeliveryEffects) {
    frames.increment(by: effects.frames.values.reduce(0) { $0 + $1.count })
  }
}
