// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Synchronization
import Wire

/// One consumer of a queue's group: reads, claims, keeps and deletes entries.
///
/// | key | type | written by | read by | life |
/// | --- | --- | --- | --- | --- |
/// | `construct:queue:*` | stream with one group | gateways, delivery | this | entries deleted when answered |
final class QueueConsumer: Sendable {
  /// An entry that its consumer has not touched for so long is taken over, in milliseconds.
  static let claimAfter = 5_000
  /// How long one read waits for an entry, in milliseconds.
  static let blockTime = 1_000
  /// A consumer that owns nothing and was not heard of for so long is forgotten, in milliseconds.
  static let forgetAfter = 600_000

  private static let forget = RedisScript(String(decoding: PackageResources.forget_consumers_lua, as: UTF8.self))

  private let queue: String
  private let group: String
  private let name: String
  private let redis: RedisClient
  private let reader: RedisStreamReader
  /// Entries that this process handles now.
  private let held = Mutex<Set<RedisStreamID>>([])

  init(context: ServiceContext, queue: String, group: String) {
    self.queue = queue
    self.group = group
    name = context.instance
    redis = context.redis
    reader = RedisStreamReader(context.redisConfiguration)
  }

  /// Makes the group, and the stream with it, if they are missing. It begins before the first entry.
  func createGroup() async throws(RedisError) {
    do {
      try await redis.send(RedisCommand("XGROUP", "CREATE", .text(queue), .text(group), "0", "MKSTREAM"))
    } catch {
      guard error.serverCode == "BUSYGROUP" else { throw error }
    }
  }

  /// Waits for new entries.
  /// - Throws: `RedisError`, with `isGroupMissing` when the group has to be made.
  func read(count: Int) async throws(RedisError) -> [RedisStreamEntry] {
    let streams = try await reader.readGroup(
      group: group, consumer: name, streams: [queue], count: count, blockMilliseconds: Self.blockTime)
    return hold(streams.flatMap(\.entries))
  }

  /// What was given to this consumer without its noticing: the reply of a read that was given up.
  func readUnnoticed() async throws(RedisError) -> [RedisStreamEntry] {
    let streams = try await reader.readGroup(
      group: group, consumer: name, streams: [queue], count: 1_000, blockMilliseconds: 0, pendingAfter: .zero)
    return hold(streams.flatMap(\.entries))
  }

  /// Takes over entries of consumers that have died.
  func claim(count: Int) async throws(RedisError) -> [RedisStreamEntry] {
    let reply = try await redis.send(
      RedisCommand(
        "XAUTOCLAIM", .text(queue), .text(group), .text(name), .integer(Self.claimAfter), "0-0", "COUNT",
        .integer(count)))
    let parts = try reply.arrayValue
    guard parts.count >= 2 else { return [] }
    return hold(try RedisStreamEntry.list(parts[1]))
  }

  /// Tells Redis that this consumer still handles what it has, so that nobody claims it.
  func keepHeld() async throws(RedisError) {
    let ids = held.withLock { $0 }
    guard !ids.isEmpty else { return }
    try await redis.send(
      RedisCommand(
        "XCLAIM", [.text(queue), .text(group), .text(name), 0] + ids.sorted().map { .id($0) } + ["JUSTID"]))
  }

  /// Deletes entries that are done with.
  func delete(_ ids: [RedisStreamID]) async throws(RedisError) {
    guard !ids.isEmpty else { return }
    let names = ids.map { RedisArgument.id($0) }
    let replies = try await redis.send(pipeline: [
      RedisCommand("XACK", [.text(queue), .text(group)] + names), RedisCommand("XDEL", [.text(queue)] + names),
    ])
    for reply in replies { _ = try reply.successful() }
    release(ids)
  }

  /// Leaves entries to be claimed again.
  func release(_ ids: [RedisStreamID]) {
    held.withLock { $0.subtract(ids) }
  }

  /// Entries in the queue.
  func length() async throws(RedisError) -> Int64 {
    try await redis.send(RedisCommand("XLEN", .text(queue))).integerValue
  }

  /// Removes consumers that died long ago and own nothing.
  func forgetDeadConsumers() async throws(RedisError) {
    try await forget(idleFor: Self.forgetAfter, only: "")
  }

  /// Removes this consumer from the group, if nothing is left with it, and closes its connection.
  func leave() async throws(RedisError) {
    await reader.shutdown()
    try await forget(idleFor: 0, only: name)
  }

  private func forget(idleFor milliseconds: Int, only consumer: String) async throws(RedisError) {
    try await redis.evaluate(
      script: Self.forget, keys: [.text(queue)],
      arguments: [.text(group), .integer(milliseconds), .text(consumer)])
  }

  /// Those that this process does not handle already.
  private func hold(_ entries: [RedisStreamEntry]) -> [RedisStreamEntry] {
    held.withLock { held in entries.filter { held.insert($0.id).inserted } }
  }
}
