// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Postgres

/// The PostgreSQL that the test run has started.
enum TestServer {
  struct Missing: Error, CustomStringConvertible {
    var description: String { "CONSTRUCT_TEST_POSTGRES does not name the test run's PostgreSQL" }
  }

  static func configuration(poolSize: Int = 1) throws -> PostgresConfiguration {
    guard let place = ProcessInfo.processInfo.environment["CONSTRUCT_TEST_POSTGRES"], !place.isEmpty
    else {
      throw Missing()
    }
    return PostgresConfiguration(
      connectionString: place, poolSize: poolSize,
      applicationName: "construct-test-\(UUID().uuidString)")
  }

  /// Lends a pool and shuts it down afterwards.
  static func withPool<T>(
    _ configuration: PostgresConfiguration, _ body: (PostgresPool) async throws -> T
  ) async throws
    -> T
  {
    let pool = PostgresPool(configuration)
    let result: Result<T, any Error>
    do {
      result = .success(try await body(pool))
    } catch {
      result = .failure(error)
    }
    await pool.shutdown()
    return try result.get()
  }

  static func withPool<T>(size: Int = 1, _ body: (PostgresPool) async throws -> T) async throws -> T {
    try await withPool(configuration(poolSize: size), body)
  }
}
