// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Takes portions from the buckets of devices.
typealias PortionQueue = JobQueue<PortionRequest, PortionAnswer>

struct PortionRequest: Sendable {
  let portion: Portion
  let device: DeviceAddress
}

extension PortionQueue {
  convenience init(capacity: Int, buckets: DeviceBuckets) {
    self.init(capacity: capacity) { request in
      await buckets.take(request.portion, of: request.device)
    } deliver: { shard, answer, connection in
      shard.answered(answer, for: connection)
    }
  }
}
