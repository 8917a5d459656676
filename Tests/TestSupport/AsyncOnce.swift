// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Computes a value when it is first asked for; who asks meanwhile waits for the same.
actor AsyncOnce<Value: Sendable> {
  private enum State {
    case untouched
    case running([CheckedContinuation<Value, any Error>])
    case done(Result<Value, any Error>)
  }

  private var state = State.untouched

  func value(_ compute: @Sendable () async throws -> Value) async throws -> Value {
    switch state {
    case .done(let result): return try result.get()
    case .running:
      return try await withCheckedThrowingContinuation { continuation in
        guard case .running(let waiting) = state else { return }
        state = .running(waiting + [continuation])
      }
    case .untouched:
      state = .running([])
      let result: Result<Value, any Error>
      do { result = .success(try await compute()) } catch { result = .failure(error) }
      if case .running(let waiting) = state {
        for continuation in waiting { continuation.resume(with: result) }
      }
      state = .done(result)
      return try result.get()
    }
  }
}
