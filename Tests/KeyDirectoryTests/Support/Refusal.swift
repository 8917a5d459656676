// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

/// Expects `body` to throw the failure with this code.
func expectRefusal(
  _ code: FailureCode, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let failure = #expect(throws: Failure.self, sourceLocation: sourceLocation) { try body() }
  #expect(failure?.code == code, sourceLocation: sourceLocation)
}

/// Expects `body` to throw the failure with this code.
func expectRefusal(
  _ code: FailureCode, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
  let failure = await #expect(throws: Failure.self, sourceLocation: sourceLocation) { try await body() }
  #expect(failure?.code == code, sourceLocation: sourceLocation)
}

/// Runs `body` so many times at once and collects how each ended: nil for success, else the failure's code.
func outcomes(of count: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async -> [FailureCode?] {
  await withTaskGroup(of: FailureCode?.self) { group in
    for index in 0..<count {
      group.addTask {
        do {
          try await body(index)
          return nil
        } catch {
          guard let failure = error as? Failure else {
            Issue.record(error)
            return .internalError
          }
          return failure.code
        }
      }
    }
    return await group.reduce(into: []) { $0.append($1) }
  }
}
