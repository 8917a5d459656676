// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Whether a gateway takes connections, and those who wait for it.
final class Presence: Sendable {
  private enum Stage {
    case starting([CheckedContinuation<Int, any Error>])
    case listening(port: Int)
    case ended
  }

  private let stage = Mutex(Stage.starting([]))

  var port: Int? {
    stage.withLock { stage in if case .listening(let port) = stage { port } else { nil } }
  }

  func begin(port: Int) {
    change(to: .listening(port: port), with: .success(port))
  }

  func end() {
    change(to: .ended, with: .failure(CancellationError()))
  }

  /// - Throws: `CancellationError` if it has ended.
  func whenListening() async throws -> Int {
    try await withCheckedThrowingContinuation { continuation in
      let outcome = stage.withLock { stage -> Result<Int, any Error>? in
        switch stage {
        case .starting(let waiters):
          stage = .starting(waiters + [continuation])
          return nil
        case .listening(let port): return .success(port)
        case .ended: return .failure(CancellationError())
        }
      }
      if let outcome { continuation.resume(with: outcome) }
    }
  }

  private func change(to next: Stage, with outcome: Result<Int, any Error>) {
    let waiters = stage.withLock { stage -> [CheckedContinuation<Int, any Error>] in
      defer { stage = next }
      if case .starting(let waiters) = stage { return waiters }
      return []
    }
    for waiter in waiters { waiter.resume(with: outcome) }
  }
}
