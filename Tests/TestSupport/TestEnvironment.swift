// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the PostgreSQL and the Redis of the test run are. Without them a test fails; none is skipped.
public struct TestEnvironment: Sendable {
  /// libpq's connection string of a superuser, from `CONSTRUCT_TEST_POSTGRES`.
  public let postgres: String
  /// `unix://PATH` or `redis://host:port`, from `CONSTRUCT_TEST_REDIS`.
  public let redis: String
  /// The repository's folder with the migrations.
  public let migrations: String

  public static func current() throws -> TestEnvironment {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return TestEnvironment(
      postgres: try variable("CONSTRUCT_TEST_POSTGRES"), redis: try variable("CONSTRUCT_TEST_REDIS"),
      migrations: repository.appending(path: "deploy/migrations").path(percentEncoded: false))
  }

  private static func variable(_ name: String) throws -> String {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
      throw TestSupportError("\(name) is not set: run the tests by ./deploy/test, which starts PostgreSQL and Redis")
    }
    return value
  }

  /// The connection string for another database of the same server.
  func postgres(database: String) -> String {
    guard postgres.contains("://") else { return "\(postgres) dbname=\(database)" }
    return postgres + (postgres.contains("?") ? "&" : "?") + "dbname=\(database)"
  }

  /// The address of another logical database of the same server.
  func redis(database: Int) -> String {
    redis.hasPrefix("unix://") ? "\(redis)?db=\(database)" : "\(redis)/\(database)"
  }
}

/// Why a test could not be set up, or what it waited for in vain.
public struct TestSupportError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
