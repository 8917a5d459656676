// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Metrics

/// What operators see of a worker.
struct DeliveryMetrics: Sendable {
  let failedBatches = Counter(label: "construct_delivery_failed_batches")
  let refusedCommands = Counter(label: "construct_delivery_refused_commands")
  private let accepted = Counter(label: "construct_delivery_accepted")
  private let acknowledgements = Counter(label: "construct_delivery_acknowledgements")
  private let frames = Counter(label: "construct_delivery_frames")
  private let commitTime = Timer(label: "construct_delivery_commit")
  private let batchSize = Recorder(label: "construct_delivery_batch_messages")

  func committed(_ writes: MailboxWrites, milliseconds: UInt64) {
    accepted.increment(by: writes.accepted.count)
    acknowledgements.increment(by: writes.acknowledgingDevices)
    batchSize.record(writes.accepted.count)
    commitTime.recordMilliseconds(milliseconds)
  }

  func told(_ effects: DeliveryEffects) {
    frames.increment(by: effects.frames.values.reduce(0) { $0 + $1.count })
  }
}
