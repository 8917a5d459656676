// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a transaction sees of others that run beside it (PostgreSQL manual, section 13.2).
public enum IsolationLevel: Sendable {
  case readCommitted, repeatableRead, serializable

  var begin: StaticString {
    switch self {
    case .readCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED"
    case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
    case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
    }
  }
}

extension PostgresConnection {
  /// Runs `body` between BEGIN and COMMIT once; a throw rolls back.
  func transaction<T>(_ isolation: IsolationLevel, _ body: (borrowing PostgresConnection) throws -> T) throws -> T {
    try execute(isolation.begin)
    let result: T
    do {
      result = try body(self)
    } catch {
      // The error that ended the body is the one to tell; a connection that cannot roll back is dropped.
      rollBack()
      throw error
    }
    try commit()
    return result
  }

  /// Ends a transaction that is open, or else marks the connection as broken.
  func rollBack() {
    guard !session.isBroken, link.isAlive, link.isInTransaction else { return }
    do {
      try execute("ROLLBACK")
    } catch {
      session.isBroken = true
    }
  }

  private func commit() throws(PostgresError) {
    let site = CallSite(file: #fileID, line: #line)
    let result: ServerResult
    do {
      result = try perform("COMMIT", [], at: site)
    } catch {
      rollBack()
      throw error
    }
    // The server answers COMMIT with a rollback, and no error, if the body has swallowed a failure.
    guard result.commandTag == "COMMIT" else {
      throw PostgresError(.transactionAborted, "a statement of the transaction had failed", at: site)
    }
  }
}
