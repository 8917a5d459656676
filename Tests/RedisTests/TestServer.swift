// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Redis

/// The Redis that the test run has started.
enum TestServer {
  struct Missing: Error, CustomStringConvertible {
    var description: String { "CONSTRUCT_TEST_REDIS does not name the test run's Redis" }
  }

  static func configuration() throws -> RedisConfiguration {
    guard let place = ProcessInfo.processInfo.environment["CONSTRUCT_TEST_REDIS"], !place.isEmpty else {
      throw Missing()
    }
    return try RedisConfiguration(place)
  }

  /// A key that no other test uses.
  static func key(_ name: String = "key") -> String {
    "test:\(UUID().uuidString):\(name)"
  }

  /// Lends a client and shuts it down afterwards.
  static func withClient<T>(_ configuration: RedisConfiguration, _ body: (RedisClient) async throws -> T) async throws
    -> T
  {
    let client = RedisClient(configuration)
    let result: Result<T, any Error>
    do {
      result = .success(try await body(client))
    } catch {
      result = .failure(error)
    }
    await client.shutdown()
    return try result.get()
  }

  static func withClient<T>(_ body: (RedisClient) async throws -> T) async throws -> T {
    try await withClient(configuration(), body)
  }
}
