// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// A stream that a gateway appends to.
enum StreamTarget: Hashable, Sendable {
  case partition(Partition)
  case queue(ServiceQueue)

  var name: String {
    switch self {
    case .partition(let partition): StreamName.partition(partition)
    case .queue(let queue): queue.stream
    }
  }
}
