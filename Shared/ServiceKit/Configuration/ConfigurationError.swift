// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A setting that is missing or wrong: ends the process at its start with exit code 78 (`EX_CONFIG`).
///
/// The description names the key as the operator writes it and what is allowed. It never holds the value of a secret.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of mistake it is.
  public enum Code: Equatable, Sendable {
    /// The setting has no default and was not given.
    case missing
    /// The value is not of the type or outside the range.
    case invalid
    /// A file or folder that the configuration names cannot be read.
    case unreadable
  }

  public let code: Code
  /// The environment variable, for example `CONSTRUCT_HTTP_PORT`, and for a secret the file as well.
  public let key: String
  /// What was expected, and for a value that is no secret what was found.
  public let reason: String

  public init(_ code: Code, key: String, reason: String) {
    self.code = code
    self.key = key
    self.reason = reason
  }

  public var description: String { "\(key): \(reason)" }
}
