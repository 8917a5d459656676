// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Redis
import Wire

/// Appends answers to gateways' streams and then deletes the entries that they answer; what comes in while one batch is
/// under way makes the next.
actor AnswerWriter {
  private struct Item {
    let entry: RedisStreamID
    let answer: Answer?
    /// Who waits for this; nil for the one that writes.
    let waiter: CheckedContinuation<Void, Never>?
  }

  private struct Answer {
    let frame: OutboundFrame
    let gateway: String
    let deadline: UInt64
  }

  private let consumer: QueueConsumer
  private let writer: GatewayEventWriter
  private let clock: WallClock
  private let logger: Logger
  private var waiting: [Item] = []
  private var isWriting = false

  init(context: ServiceContext, consumer: QueueConsumer) {
    self.consumer = consumer
    writer = GatewayEventWriter(redis: context.redis)
    clock = context.clock
    logger = context.logger
  }

  /// Answers an entry. Returns when that is done or has failed, so that a handler's slot bounds what waits here.
  func write(_ frame: OutboundFrame, to gateway: String, deadline: UInt64, entry: RedisStreamID) async {
    await submit(entry, Answer(frame: frame, gateway: gateway, deadline: deadline))
  }

  /// Deletes an entry without an answer.
  func drop(_ entry: RedisStreamID) async {
    await submit(entry, nil)
  }

  private func submit(_ entry: RedisStreamID, _ answer: Answer?) async {
    if isWriting {
      return await withCheckedContinuation { waiting.append(Item(entry: entry, answer: answer, waiter: $0)) }
    }
    isWriting = true
    defer { isWriting = false }
    waiting.append(Item(entry: entry, answer: answer, waiter: nil))
    while !waiting.isEmpty {
      let batch = waiting
      waiting = []
      let unwritten = await append(batch)
      await delete(batch.map(\.entry).filter { !unwritten.contains($0) })
      for item in batch { item.waiter?.resume() }
    }
  }

  /// Tries until every answer has been appended or nobody waits for it any more.
  /// - Returns: the entries that are left to be handled again.
  private func append(_ batch: [Item]) async -> Set<RedisStreamID> {
    var pause = RetryPause()
    var rest = batch.filter { $0.answer != nil }
    while true {
      let now = clock.milliseconds()
      rest.removeAll { item in item.answer.map { $0.deadline <= now } ?? true }
      let gateways = Self.byGateway(rest.compactMap(\.answer))
      guard !gateways.isEmpty else { return [] }
      do {
        let outcomes = try await writer.send(gateways)
        for outcome in outcomes where outcome == .full { logger.warning("a gateway does not read its stream") }
        return []
      } catch {
        logger.warning("answers wait for Redis", metadata: ["error": "\(error)"])
      }
      guard await pause.wait() else { return Set(rest.map(\.entry)) }
    }
  }

  private func delete(_ entries: [RedisStreamID]) async {
    var pause = RetryPause(attempts: 8)
    while true {
      do { return try await consumer.delete(entries) } catch {
        logger.warning("answered entries wait for Redis", metadata: ["error": "\(error)"])
      }
      // They are claimed again and, being late by then, dropped.
      guard await pause.wait() else { return consumer.release(entries) }
    }
  }

  private static func byGateway(_ answers: [Answer]) -> [(gateway: String, events: GatewayEvents)] {
    var order: [String] = []
    var frames: [String: [OutboundFrame]] = [:]
    for answer in answers {
      if frames[answer.gateway] == nil { order.append(answer.gateway) }
      frames[answer.gateway, default: []].append(answer.frame)
    }
    return order.map { gateway in
      (gateway, GatewayEvents(frames: frames[gateway] ?? [], attachmentsWanted: []))
    }
  }
}
