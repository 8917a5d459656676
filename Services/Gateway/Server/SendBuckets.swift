// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit
import Wire

/// Takes portions from the token buckets of devices, which all gateways share, off the event loops.
final class SendBuckets: Sendable {
  private struct Job: Sendable {
    let device: DeviceAddress
    let connection: UInt64
    let shard: ShardHandle
  }

  /// How many questions are under way at one time; they share a connection to Redis.
  private static let width = 16

  let rate: DeviceRate
  private let limiter: RateLimiter
  private let jobs: AsyncStream<Job>
  private let continuation: AsyncStream<Job>.Continuation

  /// - Parameter capacity: how many questions may wait; a connection has one at most.
  init(rate: DeviceRate, limiter: RateLimiter, capacity: Int) {
    self.rate = rate
    self.limiter = limiter
    (jobs, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
  }

  /// - Returns: false if too many wait.
  func submit(_ device: DeviceAddress, for connection: UInt64, of shard: ShardHandle) -> Bool {
    if case .enqueued = continuation.yield(Job(device: device, connection: connection, shard: shard)) { return true }
    return false
  }

  /// Runs until the task is cancelled.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      var running = 0
      for await job in jobs {
        if running >= Self.width {
          await group.next()
          running -= 1
        }
        running += 1
        group.addTask { [self] in
          let answer = await answer(for: job.device)
          job.shard.execute { $0.answered(answer, for: job.connection) }
        }
      }
      group.cancelAll()
    }
  }

  private func answer(for device: DeviceAddress) async -> PortionAnswer {
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
  }
}
