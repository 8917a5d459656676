// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Runs `body` until it ends or the service is asked to end gracefully, which cancels it and returns as if it had ended.
///
/// For loops that have nothing to drain. An outer cancellation is passed on as `CancellationError`.
public func untilShutdown(_ body: @escaping @Sendable () async throws -> Void) async throws {
  do {
    try await cancelWhenGracefulShutdown(body)
  } catch is CancellationError where Task.isShuttingDownGracefully && !Task.isCancelled {
    return
  }
}
