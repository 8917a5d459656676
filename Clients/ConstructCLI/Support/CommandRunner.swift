// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient
import Wire

/// A command that works with a profile.
protocol ProfileCommand: AsyncParsableCommand {
  var options: ProfileOptions { get }
  func execute(_ output: Output) async throws
}

extension ProfileCommand {
  /// Runs the command; an error is printed with what can be done about it, and becomes the exit code.
  mutating func run() async throws {
    let output = options.output
    do {
      try await execute(output)
    } catch let error as ClientError {
      output.fail(
        code: error.failure.map(\.name) ?? error.code.name, message: error.description,
        advice: Advice.text(for: error, profile: options.directory.path))
      throw ExitCode(ExitReason(error).rawValue)
    } catch let failure as CommandFailure {
      output.fail(code: "\(failure.status)", message: failure.message, advice: failure.advice)
      throw ExitCode(failure.status.rawValue)
    }
  }
}

/// The time a command gives the server.
enum Waiting {
  /// What `body` answers within `seconds`; nil if that was not enough. `body` is cancelled then.
  static func atMost<Result: Sendable>(
    seconds: Double, _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result? {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  /// Runs `body` as long as it goes forward: it is cancelled when `seconds` have passed since `lastProgress`, which is
  /// nil while it waits for nobody.
  static func whileProgressing(
    within seconds: Double, lastProgress: @escaping @Sendable () async -> ContinuousClock.Instant?,
    _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await body() }
      group.addTask {
        while true {
          let now = ContinuousClock.now
          let deadline = (await lastProgress() ?? now) + .seconds(seconds)
          if deadline <= now { return }
          try await Task.sleep(until: deadline)
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}
