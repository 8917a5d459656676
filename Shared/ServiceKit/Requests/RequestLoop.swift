// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Metrics
import Redis
import ServiceLifecycle

/// Reads and claims entries as long as there is room, handles each in a task of its own, and drains at the end.
struct RequestLoop: Sendable {
  /// How often entries of dead consumers are looked for and one's own are kept.
  static let claimInterval = Duration.seconds(1)
  /// How often the length of the queue is looked at and dead consumers are forgotten.
  static let surveyInterval = Duration.seconds(10)

  let context: ServiceContext
  let consumer: QueueConsumer
  let processor: RequestProcessor
  let concurrency: Int

  func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await keepAndSurvey() }
      group.addTask { await work() }
      // The keeper runs for as long as something is handled, and no longer.
      await group.next()
      group.cancelAll()
    }
    do { try await consumer.leave() } catch {
      context.logger.debug("the consumer stays in its group", metadata: ["error": "\(error)"])
    }
    try Task.checkCancellation()
  }

  private func work() async {
    let slots = FreeSlots(concurrency)
    await withDiscardingTaskGroup { handlers in
      func start(_ entries: [RedisStreamEntry]) {
        for entry in entries {
          slots.take()
          handlers.addTask {
            await processor.process(entry)
            slots.giveBack()
          }
        }
      }
      var nextClaim = ContinuousClock.now
      var pause = RetryPause()
      while !Task.isShuttingDownGracefully && !Task.isCancelled {
        let room = await slots.available()
        do {
          if ContinuousClock.now >= nextClaim {
            let claimed = try await consumer.claim(count: room)
            nextClaim = claimed.count < room ? .now + Self.claimInterval : .now
            start(claimed)
          } else {
            start(try await cancelWhenGracefulShutdown { try await consumer.read(count: room) })
          }
          pause.reset()
        } catch {
          await recover(from: error, &pause)
        }
      }
      if Task.isCancelled { return handlers.cancelAll() }
      do { start(try await consumer.readUnnoticed()) } catch {
        context.logger.warning("the end of the queue was not read", metadata: ["error": "\(error)"])
      }
    }
  }

  private func recover(from error: any Error, _ pause: inout RetryPause) async {
    guard let error = error as? RedisError, error.code != .cancelled else { return }
    if error.serverCode == "NOGROUP" || error.serverCode == "UNBLOCKED" {
      do {
        try await consumer.createGroup()
        return context.logger.info("the queue's group was made")
      } catch {
        context.logger.warning("the queue's group cannot be made", metadata: ["error": "\(error)"])
      }
    } else {
      context.logger.warning("the queue cannot be read", metadata: ["error": "\(error)"])
    }
    let unchanged = pause
    pause = await cancelWhenGracefulShutdown {
      var pause = unchanged
      _ = await pause.wait()
      return pause
    }
  }

  private func keepAndSurvey() async {
    var nextSurvey = ContinuousClock.now
    while !Task.isCancelled {
      do {
        try await consumer.keepHeld()
        if ContinuousClock.now >= nextSurvey {
          nextSurvey = .now + Self.surveyInterval
          Meter(label: "construct_queue_length", dimensions: [("service", context.name)])
            .set(try await consumer.length())
          try await consumer.forgetDeadConsumers()
        }
      } catch {
        // The group may be missing, or Redis away: the loop that reads says so and heals it.
        context.logger.debug("the queue cannot be surveyed", metadata: ["error": "\(error)"])
      }
      do { try await Task.sleep(for: Self.claimInterval) } catch { return }
    }
  }
}
