// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Wire

/// Sees to it that partition streams stand and that every entry to come lies behind the committed position.
///
/// When Redis has lost its data, a stream is gone, and a new one would begin at the server's time: behind the position
/// as a rule, but before it if that server's clock is slow, and then entries would never be read. An empty entry with
/// the id next to the position prevents that, as ids only grow.
///
/// | key | type | written by | read by | life |
/// | --- | --- | --- | --- | --- |
/// | `construct:partition:N` | stream | gateways, auth; this: empty entries | the owner of N | trimmed by this |
struct StreamGuard: Sendable {
  private static let empty = PartitionCommands(gateway: "", commands: []).encoded()
  let redis: RedisClient

  /// Repairs the streams of these partitions.
  /// - Returns: those that were missing or too short: what was in them is lost.
  func secure(_ positions: [Partition: RedisStreamID]) async throws -> Set<Partition> {
    let partitions = positions.keys.sorted()
    let replies = try await redis.send(
      pipeline: partitions.map { RedisCommand("XINFO", "STREAM", .text(StreamName.partition($0))) })
    var repaired: Set<Partition> = []
    var repairs: [RedisCommand] = []
    for (partition, reply) in zip(partitions, replies) {
      let position = positions[partition] ?? .zero
      if let last = try Self.lastID(reply), last >= position { continue }
      repaired.insert(partition)
      let next = position.next
      repairs.append(
        RedisCommand(
          "XADD", .text(StreamName.partition(partition)), .id(next), .text(StreamName.field), .bytes(Self.empty)))
    }
    guard !repairs.isEmpty else { return repaired }
    for reply in try await redis.send(pipeline: repairs) where reply.errorCode != "ERR" {
      // "ERR" means that somebody's entry behind the position came first, which serves as well; a full Redis says "OOM".
      _ = try reply.successful()
    }
    return repaired
  }

  /// Whether all of these streams exist. Trimming and reading never remove one, so only a loss of data does.
  func areStanding(_ partitions: some Collection<Partition>) async throws -> Bool {
    guard !partitions.isEmpty else { return true }
    let reply = try await redis.send(RedisCommand("EXISTS", partitions.map { .text(StreamName.partition($0)) }))
    return try reply.integerValue == Int64(partitions.count)
  }

  /// Removes the entries up to the committed positions.
  func trim(_ positions: [Partition: RedisStreamID]) async throws {
    let commands = positions.sorted { $0.key < $1.key }.map { partition, position in
      RedisCommand("XTRIM", .text(StreamName.partition(partition)), "MINID", .id(position.next))
    }
    guard !commands.isEmpty else { return }
    for reply in try await redis.send(pipeline: commands) { _ = try reply.successful() }
  }

  /// The greatest id that the stream ever had; nil if there is no such stream.
  private static func lastID(_ reply: RedisReply) throws(RedisError) -> RedisStreamID? {
    // "no such key" is the only refusal without a code of its own.
    if reply.errorCode == "ERR" { return nil }
    let fields = try reply.successful().arrayValue
    for index in stride(from: 0, to: fields.count - 1, by: 2) where try fields[index].textValue == "last-generated-id" {
      return RedisStreamID(try fields[index + 1].textValue)
    }
    return nil
  }
}
