// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit
import Wire

/// The token buckets of devices, which all gateways share.
struct DeviceBuckets: Sendable {
  let rate: DeviceRate
  let limiter: RateLimiter

  /// A connection becomes a device's: that takes one token, and is denied while there is none.
  func begin(_ device: DeviceAddress) async -> PortionAnswer { await take(1, overdraft: 0, of: device) }

  func take(_ portion: Portion, of device: DeviceAddress) async -> PortionAnswer {
    await take(rate.portion, overdraft: portion == .first ? rate.burst : 0, of: device)
  }

  private func take(_ tokens: Int, overdraft: Int, of device: DeviceAddress) async -> PortionAnswer {
    do throws(RedisError) {
      let decision = try await limiter.take(
        "send:" + device.account.bytes.hexadecimal + "." + String(device.device.number), burst: rate.burst,
        refillPerSecond: Double(rate.minutely) / 60, cost: tokens, overdraft: overdraft)
      switch decision {
      case .allowed: return .granted
      case .denied(let wait): return .denied(wait)
      }
    } catch {
      // The connection asks again with its next message, and stops when it has no credit left.
      return .unknown
    }
  }
}

/// How much one device may send through all gateways.
struct DeviceRate: Equatable, Sendable {
  /// Messages at once.
  var burst = 1_200
  /// Messages in a minute, lasting.
  var minutely = 1_200

  /// A tenth of the bucket, but twice what a client may have under way, or else a client that has done nothing wrong would
  /// be refused while Redis is asked.
  var portion: Int { min(burst, max(128, burst / 10)) }
}
