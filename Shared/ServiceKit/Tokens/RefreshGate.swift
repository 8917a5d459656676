// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Lets one refresh run at a time, and not more often than once in a while; who comes meanwhile waits for it.
actor RefreshGate {
  private let pause: Duration
  private var isRunning = false
  private var lastStart: ContinuousClock.Instant?
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(pause: Duration) {
    self.pause = pause
  }

  /// Runs `body`, or waits for the one that runs.
  /// - Returns: false when nothing was run because the last run was too short ago.
  func run(evenIfRecent: Bool, _ body: @Sendable () async throws -> Void) async throws -> Bool {
    if isRunning {
      await withCheckedContinuation { waiting.append($0) }
      return true
    }
    if !evenIfRecent, let lastStart, lastStart.duration(to: .now) < pause { return false }
    isRunning = true
    lastStart = .now
    defer {
      isRunning = false
      for continuation in waiting { continuation.resume() }
      waiting = []
    }
    try await body()
    return true
  }
}
