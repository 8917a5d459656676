// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// How often an account may fetch keys and look others up, and a device upload its own.
///
/// The first protects a person's one-time prekeys from being drained: by one account (Signal-Server's bound, six and
/// then one in ten minutes for one pair, however many devices ask), and by many that act together. The others protect
/// the directory from being read out.
struct KeyRateLimits: Sendable {
  let limiter: RateLimiter
  let configuration: KeyDirectoryConfiguration

  /// Throws `rateLimited`.
  /// - Returns: whether one-time prekeys may be handed out. When many ask for the keys of one account nobody is refused,
  ///   as the person who has just become popular cannot be told from the one who is being drained: they get last-resort
  ///   prekeys, and the one-time prekeys last.
  func takeFetch(of target: AccountID, by requester: AccountID) async throws -> Bool {
    try await limiter.require("bundles:" + requester.bytes.hexadecimal, burst: 60, refillPerSecond: 1)
    try await limiter.require(
      "bundles:" + requester.bytes.hexadecimal + ":" + target.bytes.hexadecimal, burst: configuration.fetchBurst,
      refillPerSecond: 1 / Double(configuration.fetchSeconds))
    guard target != requester else { return true }
    let decision = try await limiter.take(
      "bundles-of:" + target.bytes.hexadecimal, burst: configuration.targetBurst,
      refillPerSecond: 1 / Double(configuration.targetSeconds))
    return decision == .allowed
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
