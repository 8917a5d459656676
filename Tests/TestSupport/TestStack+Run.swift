// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Redis
public import ServiceLifecycle

extension TestStack {
  /// Runs services for the time of `body`, then shuts them down gracefully.
  ///
  /// A service that ends before that cancels `body`.
  /// - Throws: what `body` throws, else what a service has thrown.
  @discardableResult
  public func run<T: Sendable>(
    _ services: [any Service], _ body: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    let group = ServiceGroup(services: services, logger: log.logger("test-services", level: .debug))
    return try await withThrowingTaskGroup(of: Ending<T>.self) { tasks in
      tasks.addTask {
        do {
          try await group.run()
          return .services(.success(()))
        } catch { return .services(.failure(error)) }
      }
      tasks.addTask {
        do { return .body(.success(try await body())) } catch { return .body(.failure(error)) }
      }
      var found: Result<T, any Error>?
      var services: Result<Void, any Error> = .success(())
      while let ending = try await tasks.next() {
        switch ending {
        case .body(let result):
          found = result
          await group.triggerGracefulShutdown()
        case .services(let result):
          services = result
          // Ends a body that would wait for what nobody sends any more.
          if found == nil { tasks.cancelAll() }
        }
      }
      if case .failure(let error) = services, found.map(Self.wasCancelled) ?? true { throw error }
      guard let found else { throw TestSupportError("the services ended before the test") }
      return try found.get()
    }
  }

  private enum Ending<T: Sendable>: Sendable {
    case body(Result<T, any Error>)
    case services(Result<Void, any Error>)
  }

  private static func wasCancelled<T>(_ result: Result<T, any Error>) -> Bool {
    guard case .failure(let error) = result else { return true }
    return error is CancellationError || (error as? RedisError)?.code == .cancelled
  }
}
