// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One connection to Redis, shared by any number of tasks.
///
/// Commands are sent in the order in which the calls were made; those that come in together travel together, and
/// nobody waits for the reply to another's. The connection is made by the first command and, after a loss, by the next
/// one, with growing pauses while the server is away. Blocking commands belong to a ``RedisStreamReader``.
///
/// A caller whose task is cancelled gets `.cancelled` at once; a command that was already sent still takes effect.
public final class RedisClient: Sendable {
  private let channel: RedisChannel

  public init(_ configuration: RedisConfiguration) {
    channel = RedisChannel(configuration, threadName: "redis")
  }

  deinit {
    channel.close()
  }

  public var configuration: RedisConfiguration { channel.configuration }

  /// How often a connection has been made: 0 before the first. What the server remembers of a connection is gone when
  /// this has grown.
  public var connectionGeneration: UInt64 { channel.connectionGeneration }

  /// Commands that are queued or under way, of ``RedisConfiguration/maximumQueuedCommands``.
  public var queuedCommandCount: Int { channel.queuedCommandCount }

  /// Sends a command.
  /// - Throws: `.server` for an error reply; `.connectionLost`, `.timeout`, `.cancelled` if the outcome is unknown;
  ///   `.unavailable`, `.backpressure`, `.tooLarge` if it was not sent; `.shutDown`.
  @discardableResult
  public func send(
    _ command: RedisCommand, file: StaticString = #fileID, line: UInt = #line
  ) async throws(RedisError) -> RedisReply {
    let site = CallSite(file: file, line: line)
    let replies = try await channel.send(RedisRequest([command], at: site))
    guard let reply = replies.first else { throw RedisError(.decoding, "there is no reply", at: site) }
    return try reply.successful(file: file, line: line)
  }

  /// Sends commands one behind the other, with none of another caller's between them. They are not a transaction.
  /// - Returns: one reply for each command, in order; error replies as ``RedisReply/error(_:)``.
  /// - Throws: as ``send(_:file:line:)``, except `.server`.
  public func send(
    pipeline commands: [RedisCommand], file: StaticString = #fileID, line: UInt = #line
  ) async throws(RedisError) -> [RedisReply] {
    try await channel.send(RedisRequest(commands, at: CallSite(file: file, line: line)))
  }

  /// Sends commands as ``send(pipeline:file:line:)`` does, but only over a connection that is known already.
  ///
  /// On another one the server may have lost what went before them, and they would overtake it.
  /// - Parameter generation: what ``connectionGeneration`` was.
  /// - Throws: also `.unavailable`, without having sent them, if that connection is gone.
  public func send(
    pipeline commands: [RedisCommand], onConnection generation: UInt64, file: StaticString = #fileID, line: UInt = #line
  ) async throws(RedisError) -> [RedisReply] {
    try await channel.send(RedisRequest(commands, generation: generation, at: CallSite(file: file, line: line)))
  }

  /// Runs a script, sending its source only if the server does not have it.
  /// - Throws: as ``send(_:file:line:)``.
  @discardableResult
  public func evaluate(
    script: RedisScript, keys: [RedisArgument] = [], arguments: [RedisArgument] = [],
    file: StaticString = #fileID, line: UInt = #line
  ) async throws(RedisError) -> RedisReply {
    do {
      return try await send(script.command(keys: keys, arguments: arguments), file: file, line: line)
    } catch {
      guard error.serverCode == "NOSCRIPT" else { throw error }
      return try await send(script.sourceCommand(keys: keys, arguments: arguments), file: file, line: line)
    }
  }

  /// Returns if the server answers.
  public func checkHealth(file: StaticString = #fileID, line: UInt = #line) async throws(RedisError) {
    try await send(RedisCommand("PING"), file: file, line: line)
  }

  /// Refuses new commands, fails those that are queued or under way with `.shutDown`, and ends the thread.
  public func shutdown() async {
    await channel.closeAndWait()
  }
}
