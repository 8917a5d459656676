// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// How often one address may ask for a challenge, register and log in, and one account change its device list.
///
/// The gateway hands over a keyed hash of the address. Requests without one share a bucket.
struct AuthRateLimits: Sendable {
  private static let deviceLists = AuthConfiguration.Rate(burst: 10, hourly: 60)

  let limiter: RateLimiter
  let registrations: AuthConfiguration.Rate
  let logins: AuthConfiguration.Rate

  /// For challenges, of which every registration and every login takes one. Throws `rateLimited`.
  func takeChallenge(_ origin: RequestOrigin) async throws {
    let rate = AuthConfiguration.Rate(
      burst: registrations.burst + logins.burst, hourly: registrations.hourly + logins.hourly)
    try await take("challenge:" + Self.address(origin), rate)
  }

  /// Throws `rateLimited`.
  func takeRegistration(_ origin: RequestOrigin) async throws {
    try await take("register:" + Self.address(origin), registrations)
  }

  /// For logins and refreshes. Throws `rateLimited`.
  func takeLogin(_ origin: RequestOrigin) async throws {
    try await take("login:" + Self.address(origin), logins)
  }

  /// Throws `rateLimited`.
  func takeDeviceList(of account: AccountID) async throws {
    try await take("device-list:" + account.bytes.hexadecimal, Self.deviceLists)
  }

  private func take(_ key: String, _ rate: AuthConfiguration.Rate) async throws {
    try await limiter.require(key, burst: rate.burst, refillPerSecond: Double(rate.hourly) / 3_600)
  }

  private static func address(_ origin: RequestOrigin) -> String { origin.addressHash?.hexadecimal ?? "unknown" }
}
