// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A connection and a thread for reads that wait, apart from the commands of a ``RedisClient``.
///
/// One read is under way at a time; further ones queue behind it. A read whose task is cancelled ends at once with
/// `.cancelled` and its connection is given up, so that the server cannot hand entries to a reader who has left.
public final class RedisStreamReader: Sendable {
  private let channel: RedisChannel

  public init(_ configuration: RedisConfiguration) {
    channel = RedisChannel(configuration, threadName: "redis-reader")
  }

  deinit {
    channel.close()
  }

  /// How often a connection has been made: 0 before the first.
  public var connectionGeneration: UInt64 { channel.connectionGeneration }

  /// Reads entries behind the given ids (XREAD).
  /// - Parameters:
  ///   - streams: at least one.
  ///   - count: at most so many entries of each stream; at least 1.
  ///   - blockMilliseconds: how long to wait for an entry; 0 looks once.
  /// - Returns: the streams that have entries, none if the time has passed.
  /// - Throws: `.server`, `.connectionLost`, `.unavailable`, `.timeout`, `.cancelled`, `.shutDown`. A read changes
  ///   nothing, so it can be made again.
  public func read(
    streams: [(key: String, after: RedisStreamID)], count: Int, blockMilliseconds: Int,
    file: StaticString = #fileID, line: UInt = #line
  ) async throws(RedisError) -> [RedisStreamEntries] {
    let command = RedisCommand(
      "XREAD",
      Self.limits(count: count, blockMilliseconds: blockMilliseconds) + ["STREAMS"]
        + streams.map { .text($0.key) } + streams.map { .id($0.after) })
    return try await read(command, blockMilliseconds, at: CallSite(file: file, line: line))
  }

  /// Reads entries as a member of a group (XREADGROUP).
  ///
  /// What is read stays with the consumer as pending until XACK. A read that fails with `.connectionLost`, `.timeout`
  /// or `.cancelled` may have made entries pending that nobody saw: read them by `pendingAfter`, or claim them.
  /// - Parameters:
  ///   - count: at most so many entries of each stream; at least 1.
  ///   - blockMilliseconds: how long to wait for a new entry; 0 looks once.
  ///   - pendingAfter: nil for entries that no consumer has had; an id for this consumer's own pending entries
  ///     behind it, which never waits.
  /// - Returns: the streams that have entries.
  /// - Throws: as ``read(streams:count:blockMilliseconds:file:line:)``; `.server` with `NOGROUP` if a group is missing.
  public func readGroup(
    group: String, consumer: String, streams: [String], count: Int, blockMilliseconds: Int,
    pendingAfter: RedisStreamID? = nil, file: StaticString = #fileID, line: UInt = #line
  ) async throws(RedisError) -> [RedisStreamEntries] {
    let position: RedisArgument = pendingAfter.map { .id($0) } ?? ">"
    let command = RedisCommand(
      "XREADGROUP",
      ["GROUP", .text(group), .text(consumer)] + Self.limits(count: count, blockMilliseconds: blockMilliseconds)
        + ["STREAMS"] + streams.map { .text($0) } + streams.map { _ in position })
    let found = try await read(command, blockMilliseconds, at: CallSite(file: file, line: line))
    // A look at pending entries names every stream, empty or not.
    return found.filter { !$0.entries.isEmpty }
  }

  /// Ends a read that waits with `.shutDown` at once, refuses further ones, and ends the thread.
  public func shutdown() async {
    await channel.closeAndWait()
  }

  /// BLOCK 0 would wait for ever, so it is not sent.
  private static func limits(count: Int, blockMilliseconds: Int) -> [RedisArgument] {
    let block: [RedisArgument] = blockMilliseconds > 0 ? ["BLOCK", .integer(blockMilliseconds)] : []
    return ["COUNT", .integer(max(1, count))] + block
  }

  private func read(
    _ command: RedisCommand, _ blockMilliseconds: Int, at site: CallSite
  ) async throws(RedisError) -> [RedisStreamEntries] {
    let request = RedisRequest(
      [command], blockTime: .milliseconds(max(0, blockMilliseconds)), isAbandonable: true, at: site)
    guard let reply = try await channel.send(request).first else { return [] }
    return try RedisStreamEntries.list(reply.successful(file: site.file, line: site.line))
  }
}
