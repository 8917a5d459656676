// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Postgres
public import ServiceKit

/// A way to PostgreSQL and a way to Redis that a test can cut.
public struct TestProxies: Sendable {
  public let postgres: TestProxy
  public let redis: TestProxy
}

extension TestStack {
  /// Proxies in front of this stack's servers, taken down with the stack.
  public func proxies() async throws -> TestProxies {
    let proxies = TestProxies(
      postgres: try await TestProxy(to: Self.postgresTarget(environment.postgres)),
      redis: try await TestProxy(to: Self.redisTarget(environment.redis)))
    keep(proxies)
    return proxies
  }

  /// The settings that lead through proxies.
  public func settings(through proxies: TestProxies) -> [String: String] {
    [
      "postgres.url": postgresConfiguration.connectionString + " host=127.0.0.1 port=\(proxies.postgres.port)",
      "redis.url": "redis://127.0.0.1:\(proxies.redis.port)/\(redisDatabase)",
    ]
  }

  /// A context whose servers can be taken away.
  public func context(
    _ name: String, through proxies: TestProxies, settings: [String: String] = [:], clock: WallClock = .system
  ) throws -> ServiceContext {
    let ways = self.settings(through: proxies)
    return try context(name, settings: ways.merging(settings) { _, new in new }, clock: clock)
  }

  /// Where `host=… port=…` leads: a folder means the server's socket in it.
  private static func postgresTarget(_ connectionString: String) throws -> TestProxy.Target {
    guard let host = word("host", in: connectionString) else {
      throw TestSupportError("CONSTRUCT_TEST_POSTGRES must have the form host=… user=… dbname=… for tests of outages")
    }
    let port = word("port", in: connectionString) ?? "5432"
    return host.hasPrefix("/") ? .unix(path: "\(host)/.s.PGSQL.\(port)") : .tcp(host: host, port: Int(port) ?? 5_432)
  }

  private static func redisTarget(_ url: String) throws -> TestProxy.Target {
    if url.hasPrefix("unix://") { return .unix(path: String(url.dropFirst("unix://".count))) }
    guard let parts = URLComponents(string: url), let host = parts.host else {
      throw TestSupportError("CONSTRUCT_TEST_REDIS must be unix://PATH or redis://host:port")
    }
    return .tcp(host: host, port: parts.port ?? 6_379)
  }

  private static func word(_ name: String, in connectionString: String) -> String? {
    connectionString.split(separator: " ").last { $0.hasPrefix("\(name)=") }.map {
      String($0.dropFirst(name.count + 1))
    }
  }
}
