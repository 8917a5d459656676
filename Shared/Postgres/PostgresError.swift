// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What went wrong between this process and PostgreSQL.
///
/// Its description holds the code, the server's SQLSTATE and constraint name and the place of the call; never SQL,
/// parameters, rows or the server's words, because those may quote values.
public struct PostgresError: Error, Sendable {
  public let code: Code
  /// The server's five characters for the condition (PostgreSQL manual, appendix A); nil if the server did not speak.
  public let sqlState: String?
  /// The violated constraint, if the server named one.
  public let constraintName: String?
  /// What the server or libpq said. It may quote values, so it belongs in front of an operator who runs a migration
  /// by hand, and in no log.
  public let serverMessage: String?
  /// A sentence of this module about the cause.
  public let reason: String
  /// The source file of the call, as `Module/File.swift`.
  public let file: String
  /// The line of the call.
  public let line: UInt

  init(
    _ code: Code, _ reason: String, at site: CallSite, sqlState: String? = nil, constraintName: String? = nil,
    serverMessage: String? = nil
  ) {
    self.code = code
    self.reason = reason
    self.sqlState = sqlState
    self.constraintName = constraintName
    self.serverMessage = serverMessage
    file = site.file.description
    line = site.line
  }

  /// The kind of a ``PostgresError``. More may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String {
      case unavailable, connectionLost, poolExhausted, timeout, shutDown, invalidConfiguration
      case uniqueViolation, foreignKeyViolation, checkViolation, notNullViolation, constraintViolation
      case serializationFailure, transactionAborted, query, invalidParameter, decoding
    }

    private let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    public var description: String { kind.rawValue }

    /// The server cannot be reached or cannot serve; the statement was not run.
    public static let unavailable = Code(.unavailable)
    /// The connection broke under a statement, which may or may not have taken effect.
    public static let connectionLost = Code(.connectionLost)
    /// Too many callers wait for a connection, or one has waited too long.
    public static let poolExhausted = Code(.poolExhausted)
    /// The server stopped the statement because it took too long or waited too long for a lock.
    public static let timeout = Code(.timeout)
    /// The pool has been shut down.
    public static let shutDown = Code(.shutDown)
    /// The connection string cannot be read.
    public static let invalidConfiguration = Code(.invalidConfiguration)
    /// SQLSTATE 23505.
    public static let uniqueViolation = Code(.uniqueViolation)
    /// SQLSTATE 23503.
    public static let foreignKeyViolation = Code(.foreignKeyViolation)
    /// SQLSTATE 23514.
    public static let checkViolation = Code(.checkViolation)
    /// SQLSTATE 23502.
    public static let notNullViolation = Code(.notNullViolation)
    /// Another violation of class 23.
    public static let constraintViolation = Code(.constraintViolation)
    /// SQLSTATE class 40, above all 40001 and 40P01: the transaction met another one and can be tried again.
    public static let serializationFailure = Code(.serializationFailure)
    /// A statement had failed before in this transaction, so it cannot go on or be committed.
    public static let transactionAborted = Code(.transactionAborted)
    /// The server refused the statement for another reason.
    public static let query = Code(.query)
    /// A parameter cannot be sent: a UUID that is not 16 bytes long, a time or a size out of range.
    public static let invalidParameter = Code(.invalidParameter)
    /// A column is missing, is NULL or has another type than was asked for.
    public static let decoding = Code(.decoding)
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String {
    var text = "PostgreSQL: \(code): \(reason)"
    if let sqlState { text += ", SQLSTATE \(sqlState)" }
    if let constraintName { text += ", constraint \(constraintName)" }
    return text + " (\(file):\(line))"
  }

  public var debugDescription: String { description }

  /// Keeps ``serverMessage`` out of what `dump` prints.
  public var customMirror: Mirror {
    Mirror(self, children: ["code": code, "sqlState": sqlState as Any, "file": file, "line": line])
  }
}

/// The place in the program whose call an error is about.
struct CallSite: Sendable {
  let file: StaticString
  let line: UInt
}
