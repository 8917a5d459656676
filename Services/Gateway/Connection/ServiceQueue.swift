// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// The work queues that a gateway writes to, and which frames go to which.
enum ServiceQueue: CaseIterable, Sendable {
  case auth, keys, push

  var stream: String {
    switch self {
    case .auth: StreamName.authQueue
    case .keys: StreamName.keysQueue
    case .push: StreamName.pushQueue
    }
  }
}
