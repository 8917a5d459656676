// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Wire

/// Makes one wake-up of many: a device is woken at once and then, if there was another reason meanwhile, once more when
/// its window closes. Shared by all replicas, and nothing is forgotten when one of them dies.
///
/// | key | type | written by | read by | life |
/// | --- | --- | --- | --- | --- |
/// | `construct:push:windows` | sorted set, score = closing time in ms | this | this | members removed as they close |
/// | `construct:push:kept` | hash: device → encoded PushRequest | this | this | fields removed with the window |
/// | `construct:queue:push` | stream | this, delivery, gateways | any push relay | entries deleted when done |
struct WakeUpWindows: Sendable {
  /// Windows that one call closes at most.
  static let closed: Int64 = 500

  private static let windows = RedisArgument.text("construct:push:windows")
  private static let kept = RedisArgument.text("construct:push:kept")
  private static let note = RedisScript(String(decoding: PackageResources.note_wake_ups_lua, as: UTF8.self))
  private static let requeue = RedisScript(String(decoding: PackageResources.requeue_wake_ups_lua, as: UTF8.self))

  let redis: RedisClient
  /// How long after a wake-up the next one waits.
  let length: Duration

  /// - Returns: the wake-ups to be sent now. The others come back through the queue.
  func admit(_ wakeUps: [WakeUp]) async throws -> [WakeUp] {
    guard !wakeUps.isEmpty else { return [] }
    let arguments: [RedisArgument] = wakeUps.flatMap { wakeUp in
      [.bytes(Self.name(wakeUp)), wakeUp.isUrgent ? "1" : "0", .bytes(PushRequest(wakeUps: [wakeUp]).encoded())]
    }
    let reply = try await redis.evaluate(
      script: Self.note, keys: [Self.windows, Self.kept],
      arguments: [.integer(Int64(length / .milliseconds(1)))] + arguments)
    return try zip(wakeUps, reply.arrayValue).filter { try $0.1.integerValue == 1 }.map(\.0)
  }

  /// Keeps wake-ups that were admitted and could not be sent, to come back through the queue.
  func keep(_ wakeUps: [WakeUp]) async throws {
    // A window that has closed meanwhile is opened by the first call and has something to keep by the second.
    _ = try await admit(try await admit(wakeUps))
  }

  /// Puts back what was kept in windows that have closed.
  /// - Returns: whether there may be more to close.
  func close() async throws -> Bool {
    let reply = try await redis.evaluate(
      script: Self.requeue, keys: [Self.windows, Self.kept, .text(StreamName.pushQueue)],
      arguments: [.integer(Self.closed), .text(StreamName.wakeUpField)])
    return try reply.integerValue == Self.closed
  }

  /// Account (16 bytes) and device in decimal digits.
  private static func name(_ wakeUp: WakeUp) -> [UInt8] {
    wakeUp.account.bytes + Array(String(wakeUp.device.number).utf8)
  }
}
