// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A `Shard` as other threads hold it: they can only have something done on its event loop.
struct ShardHandle: Sendable {
  let eventLoop: any EventLoop
  private let shard: NIOLoopBound<Shard>

  /// Called on the event loop.
  init(_ shard: Shard, eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    self.shard = NIOLoopBound(shard, eventLoop: eventLoop)
  }

  /// The shard itself; only on its event loop.
  var onLoop: Shard { shard.value }

  func execute(_ body: @escaping @Sendable (Shard) -> Void) {
    eventLoop.execute { body(shard.value) }
  }

  /// Waits for what `body` returns.
  func submit<Value: Sendable>(_ body: @escaping @Sendable (Shard) -> Value) async throws -> Value {
    try await eventLoop.submit { body(shard.value) }.get()
  }

  /// Waits for the future that `body` returns.
  func wait(for body: @escaping @Sendable (Shard) -> EventLoopFuture<Void>) async throws {
    try await eventLoop.flatSubmit { body(shard.value) }.get()
  }
}
