// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The client's view of time, which tests replace.
struct ClientClock: Sendable {
  /// Milliseconds since the Unix epoch.
  var now: @Sendable () -> UInt64
  /// Waits; throws only when the task is cancelled.
  var sleep: @Sendable (Duration) async throws(CancellationError) -> Void

  static let system = ClientClock(
    now: { UInt64(max(0, Date().timeIntervalSince1970 * 1_000)) },
    sleep: { duration throws(CancellationError) in
      do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    })

  /// Seconds since the Unix epoch, as the crypto core counts.
  var seconds: UInt64 { now() / 1_000 }
}
