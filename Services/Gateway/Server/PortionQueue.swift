// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit
import Wire

/// Takes portions from the token buckets of devices, which all gateways share.
typealias PortionQueue = JobQueue<DeviceAddress, PortionAnswer>

extension PortionQueue {
  convenience init(capacity: Int, rate: DeviceRate, limiter: RateLimiter) {
    self.init(capacity: capacity) { device in
      do throws(RedisError) {
        let decision = try await limiter.take(
          "send:" + device.account.bytes.hexadecimal + "." + String(device.device.number), burst: rate.burst,
          refillPerSecond: Double(rate.minutely) / 60, cost: rate.portion)
        switch decision {
        case .allowed: return .granted
        case .denied(let wait): return .denied(wait)
        }
      } catch {
        // The connection asks again with its next message, and stops when it has no credit left.
        return .unknown
      }
    } deliver: { shard, answer, connection in
      shard.answered(answer, for: connection)
    }
  }
}
