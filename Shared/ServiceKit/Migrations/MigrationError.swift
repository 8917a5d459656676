// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Why the database was not brought to the version of the migration files.
public struct MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// The folder cannot be read or has no migrations.
    case unreadable
    /// A file is not called `NNNN-name.sql`.
    case badName
    /// The numbers do not count up from 1 without a gap or a repetition.
    case gap
    /// A file is not what it was when it was applied.
    case changed
    /// A file ended the transaction that it runs in.
    case transactionControl
    /// PostgreSQL refused a file.
    case refused
  }

  public let code: Code
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
