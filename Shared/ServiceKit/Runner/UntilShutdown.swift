// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceLifecycle

/// Runs `body` until it ends or the service is asked to end gracefully, which cancels it and returns as if it had ended.
///
/// For loops that have nothing to drain. An outer cancellation is passed on as the error that it makes of `body`.
public func untilShutdown(_ body: @escaping @Sendable () async throws -> Void) async throws {
  do {
    try await cancelWhenGracefulShutdown(body)
  } catch {
    let wasCancelled = error is CancellationError || (error as? RedisError)?.code == .cancelled
    guard wasCancelled && Task.isShuttingDownGracefully && !Task.isCancelled else { throw error }
  }
}
