// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Where a Redis client connects to, and its bounds.
public struct RedisConfiguration: Sendable {
  let address: RedisAddress
  /// For one attempt to connect, in milliseconds.
  public var connectTimeoutMilliseconds: Int
  /// From sending a command to its reply, in milliseconds; a blocking read has its own time on top.
  public var commandTimeoutMilliseconds: Int
  /// Commands that may wait or be under way at one time; callers beyond are refused with `.backpressure`.
  public var maximumQueuedCommands: Int
  /// Bytes of those commands; callers beyond are refused with `.backpressure`.
  public var maximumQueuedBytes: Int
  /// Shown by `CLIENT LIST`. Letters, digits and punctuation without spaces; nil for none.
  public var clientName: String?

  /// - Parameter address: `unix://[[user]:password@]PATH[?db=database]` or
  ///   `redis://[[user]:password@]host[:port][/database]`, with user and password percent-encoded.
  /// - Throws: ``RedisError`` `.invalidAddress`.
  public init(
    _ address: String,
    connectTimeoutMilliseconds: Int = 5_000,
    commandTimeoutMilliseconds: Int = 5_000,
    maximumQueuedCommands: Int = 10_000,
    maximumQueuedBytes: Int = 64 << 20,
    clientName: String? = nil,
    file: StaticString = #fileID, line: UInt = #line
  ) throws(RedisError) {
    self.address = try RedisAddress(address, at: CallSite(file: file, line: line))
    self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
    self.commandTimeoutMilliseconds = commandTimeoutMilliseconds
    self.maximumQueuedCommands = maximumQueuedCommands
    self.maximumQueuedBytes = maximumQueuedBytes
    self.clientName = clientName
  }
}
