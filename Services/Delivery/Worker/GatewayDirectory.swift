// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Wire

/// Which gateways are alive, and the asking of them who is connected.
///
/// | key | type | written by | read by | life |
/// | --- | --- | --- | --- | --- |
/// | `construct:gateways` | sorted set, score = expiry in ms | gateways | this | members renewed each second |
///
/// Expiries are compared with Redis' own clock, so that this machine's does not matter.
struct GatewayDirectory: Sendable {
  let redis: RedisClient

  /// A gateway that died so long ago is removed from the set.
  static let forgetMilliseconds: Double = 3_600_000

  /// The ids of the gateways whose announcement has not expired.
  func alive() async throws -> Set<String> {
    let replies = try await redis.send(pipeline: [
      RedisCommand("TIME"), RedisCommand("ZRANGE", .text(StreamName.gateways), 0, -1, "WITHSCORES"),
    ])
    guard replies.count == 2 else { return [] }
    let time = try replies[0].successful().arrayValue
    let now = try time.first.map { try Double($0.textValue) ?? 0 } ?? 0
    let members = try replies[1].successful().arrayValue
    var alive: Set<String> = []
    var isAnyLongDead = false
    for index in stride(from: 0, to: members.count - 1, by: 2) {
      let expiry = Double(try members[index + 1].textValue) ?? 0
      if expiry > now * 1_000 { alive.insert(try members[index].textValue) }
      isAnyLongDead = isAnyLongDead || expiry < now * 1_000 - Self.forgetMilliseconds
    }
    if isAnyLongDead {
      let end = RedisArgument.integer(Int64(now * 1_000 - Self.forgetMilliseconds))
      try await redis.send(RedisCommand("ZREMRANGEBYSCORE", .text(StreamName.gateways), "-inf", end))
    }
    return alive
  }
}
