// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Redis
import Wire

/// Token buckets in Redis, shared by all replicas.
///
/// | key | type | written and read by | life |
/// | --- | --- | --- | --- |
/// | `construct:rate:HASH` | string, a time in microseconds | every service | until its bucket is full again |
///
/// `HASH` is 16 bytes of SHA-256 over the caller's key, in hexadecimal, so that Redis holds no ids of this kind. A key
/// that could be guessed, such as an address, has to be a keyed hash before it comes here.
public struct RateLimiter: Sendable {
  private static let script = RedisScript(String(decoding: PackageResources.token_bucket_lua, as: UTF8.self))

  private let redis: RedisClient
  private let microseconds: (@Sendable () -> UInt64)?

  public init(redis: RedisClient) {
    self.redis = redis
    microseconds = nil
  }

  /// For tests: a clock of one's own in place of Redis'.
  /// - Parameter microseconds: since the Unix epoch.
  public init(redis: RedisClient, microseconds: @escaping @Sendable () -> UInt64) {
    self.redis = redis
    self.microseconds = microseconds
  }

  /// Takes `cost` tokens from the bucket of `key`, or none.
  ///
  /// - Parameters:
  ///   - key: who does what, for example `fetch:` and an account's UUID.
  ///   - burst: how many tokens a full bucket has; at least 1. A new bucket is full.
  ///   - refillPerSecond: how many tokens come back in a second; more than 0.
  ///   - cost: what is more than `burst` counts as `burst`.
  ///   - overdraft: how many tokens the bucket may owe afterwards, for what has happened already.
  /// - Throws: `RedisError`; nothing is known then, and a caller does not let the request pass.
  public func take(
    _ key: String, burst: Int, refillPerSecond: Double, cost: Int = 1, overdraft: Int = 0
  ) async throws(RedisError) -> RateLimitDecision {
    let hash = SHA256.hash(data: Array(key.utf8)).prefix(16).hexadecimal
    let interval = max(1, (1_000_000 / max(refillPerSecond, 0.000_001)).rounded())
    let reply = try await redis.evaluate(
      script: Self.script, keys: ["construct:rate:\(hash)"],
      arguments: [
        .integer(Int64(interval)), .integer(max(1, burst)), .integer(min(max(1, cost), max(1, burst))),
        .integer(max(0, overdraft)), .integer(microseconds?() ?? 0),
      ])
    let wait = try reply.integerValue
    return wait == 0 ? .allowed : .denied(retryAfterMilliseconds: UInt64((wait + 999) / 1_000))
  }

  /// As ``take(_:burst:refillPerSecond:cost:overdraft:)``, and throws ``Failure`` `.rateLimited` for a denial.
  public func require(_ key: String, burst: Int, refillPerSecond: Double, cost: Int = 1) async throws {
    let decision = try await take(key, burst: burst, refillPerSecond: refillPerSecond, cost: cost)
    if case .denied(let wait) = decision { throw Failure(.rateLimited, retryAfterMilliseconds: wait) }
  }
}
