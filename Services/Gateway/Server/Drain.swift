// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import Wire

/// Sends a gateway's clients elsewhere: tells them, lets them finish, closes, and waits until delivery can know.
struct Drain: Sendable {
  let shards: [ShardHandle]
  let hub: GatewayHub
  /// For what is outstanding when it begins.
  let patience: Duration
  let logger: Logger

  /// The time over which clients come back elsewhere: a millisecond for each, so that a gateway next door takes a
  /// thousand in a second, between a tenth of a second and twenty.
  static func spread(connections: Int) -> UInt64 {
    UInt64(min(max(connections, 100), 20_000))
  }

  func run() async throws {
    let connections = hub.currentConnections
    logger.info("draining", metadata: ["connections": "\(connections)"])
    let spread = Self.spread(connections: connections)
    for shard in shards { shard.execute { $0.drain(reconnectWithin: spread) } }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { for shard in shards { try await shard.wait { $0.whenIdle() } } }
      tasks.addTask { await hurry() }
      // Whether everybody has left or patience has ended: the other one then ends, too.
      defer { tasks.cancelAll() }
      try await tasks.next()
    }
  }

  /// Becomes more urgent step by step, until the wait for the event loops to be idle is given up.
  private func hurry() async {
    let timing = hub.settings.timing
    let closing = Duration.milliseconds(timing.close + 2 * timing.sweep)
    do {
      try await Task.sleep(for: patience)
      for shard in shards { shard.execute { $0.leave() } }
      try await Task.sleep(for: closing)
      for shard in shards { shard.execute { $0.cut() } }
      try await Task.sleep(for: .seconds(2))
      logger.warning("not everything could be handed over", metadata: ["connections": "\(hub.currentConnections)"])
    } catch {
      // Everybody has left, or the process is in a hurry itself.
    }
    for shard in shards { shard.execute { $0.endWaiting() } }
  }
}
