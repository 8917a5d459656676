// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import Metrics
import Redis
import Wire

/// Carries the pipelines of one event loop to Redis and their outcomes back, one after the other.
final class AppendPump: Sendable {
  struct Job: Sendable {
    let batch: AppendBatch
    let number: UInt64
    /// The connection to Redis on which the batch must be sent, if at all: on another one, something that went before it
    /// may be lost, and it would overtake that.
    let generation: UInt64
    let shard: ShardHandle
  }

  enum Outcome: Sendable {
    /// Whether each entry was appended, and what each probe found.
    case answered(successes: [Bool], lengths: [Int64?])
    /// The connection is gone; the entries may or may not have been appended.
    case lost
  }

  private let gateway: String
  private let redis: RedisClient
  private let metrics: GatewayMetrics
  private let logger: Logger
  private let jobs: AsyncStream<Job>
  private let continuation: AsyncStream<Job>.Continuation

  init(gateway: String, redis: RedisClient, metrics: GatewayMetrics, logger: Logger) {
    self.gateway = gateway
    self.redis = redis
    self.metrics = metrics
    self.logger = logger
    // A shard has one batch under way, and after a loss perhaps one more behind the one that is lost.
    (jobs, continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
  }

  func submit(_ job: Job) {
    continuation.yield(job)
  }

  /// Runs until the task is cancelled.
  func run() async {
    for await job in jobs {
      let start = ContinuousClock.now
      let outcome = await append(job)
      metrics.appendTime.record(duration: start.duration(to: .now))
      metrics.batchCommands.record(Int64(job.batch.commandCount))
      job.shard.execute { $0.appended(outcome, number: job.number) }
    }
  }

  private func append(_ job: Job) async -> Outcome {
    do {
      let replies = try await redis.send(
        pipeline: job.batch.commands(gateway: gateway), onConnection: job.generation)
      let count = job.batch.entries.count
      if let code = replies.compactMap(\.errorCode).first {
        logger.warning("Redis refuses entries", metadata: ["error": "\(code)"])
      }
      return .answered(
        successes: replies.prefix(count).map { $0.errorCode == nil },
        lengths: replies.dropFirst(count).map { reply in if case .integer(let length) = reply { length } else { nil } })
    } catch {
      logger.warning("entries could not be appended", metadata: ["error": "\(error)"])
      if error.code == .backpressure || error.code == .tooLarge {
        // Nothing was sent and the connection stands: the entries are refused, the streams are not lost.
        return .answered(
          successes: job.batch.entries.map { _ in false }, lengths: job.batch.entries.map { _ in nil })
      }
      return .lost
    }
  }
}
