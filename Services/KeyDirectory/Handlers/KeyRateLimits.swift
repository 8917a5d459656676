// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// How often a device may fetch and upload keys, and an account look others up.
///
/// The first protects a person's one-time prekeys from being drained (Signal-Server's bound, six and then one in ten
/// minutes for one pair), the others the directory from being read out.
struct KeyRateLimits: Sendable {
  let limiter: RateLimiter
  let configuration: KeyDirectoryConfiguration

  /// Throws `rateLimited`.
  func takeFetch(of target: AccountID, by requester: DeviceAddress) async throws {
    try await limiter.require("bundles:" + requester.account.bytes.hexadecimal, burst: 60, refillPerSecond: 1)
    try await limiter.require(
      "bundles:" + Self.name(requester) + ":" + target.bytes.hexadecimal, burst: configuration.fetchBurst,
      refillPerSecond: 1 / Double(configuration.fetchSeconds))
  }

  /// Throws `rateLimited`.
  func takeUpload(by device: DeviceAddress) async throws {
    try await limiter.require("upload-keys:" + Self.name(device), burst: 30, refillPerSecond: 1.0 / 30)
  }

  /// For `RequestKeyStatus`. Throws `rateLimited`.
  func takeStatus(by device: DeviceAddress) async throws {
    try await limiter.require("key-status:" + Self.name(device), burst: 60, refillPerSecond: 1)
  }

  /// By username, which somebody may guess. Throws `rateLimited`.
  func takeSearch(by account: AccountID) async throws {
    try await limiter.require("find-username:" + account.bytes.hexadecimal, burst: 60, refillPerSecond: 0.1)
  }

  /// By an id, which nobody guesses. Throws `rateLimited`.
  func takeLookUp(by account: AccountID) async throws {
    try await limiter.require("find-account:" + account.bytes.hexadecimal, burst: 300, refillPerSecond: 5)
  }

  private static func name(_ device: DeviceAddress) -> String {
    device.account.bytes.hexadecimal + "." + String(device.device.number)
  }
}
