// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A Lua script with the name by which the server remembers it.
public struct RedisScript: Sendable {
  public let source: String
  /// The SHA-1 of the source in lowercase hexadecimal digits.
  public let digest: String

  public init(_ source: String) {
    self.source = source
    digest = ScriptDigest.hexadecimal(of: Array(source.utf8))
  }

  /// EVALSHA, for a pipeline. The reply is the error `NOSCRIPT` if the server does not have the script (yet).
  public func command(keys: [RedisArgument] = [], arguments: [RedisArgument] = []) -> RedisCommand {
    RedisCommand("EVALSHA", [.text(digest), .integer(keys.count)] + keys + arguments)
  }

  /// EVAL, by which the server also comes to have the script.
  public func sourceCommand(keys: [RedisArgument] = [], arguments: [RedisArgument] = []) -> RedisCommand {
    RedisCommand("EVAL", [.text(source), .integer(keys.count)] + keys + arguments)
  }
}
