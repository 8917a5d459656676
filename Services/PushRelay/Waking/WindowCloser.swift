// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import ServiceKit
import ServiceLifecycle

/// Closes windows as their time comes. Every replica does; which one does not matter.
struct WindowCloser: Service {
  let windows: WakeUpWindows
  let logger: Logger

  func run() async throws {
    let interval = max(.milliseconds(50), min(.seconds(1), windows.length / 4))
    try await untilShutdown {
      while true {
        do {
          while try await windows.close() {}
        } catch {
          logger.warning("windows wait for Redis", metadata: ["error": "\(error)"])
        }
        try await Task.sleep(for: interval)
      }
    }
  }
}
