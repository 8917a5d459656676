// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension PostgresError.Code {
  /// The code for what a server said (PostgreSQL manual, appendix A).
  init(sqlState: String) {
    switch sqlState {
    case "23505": self = .uniqueViolation
    case "23503": self = .foreignKeyViolation
    case "23514": self = .checkViolation
    case "23502": self = .notNullViolation
    // A server that is ending may say so instead of whether it has committed.
    case "08007", "40003": self = .connectionLost
    case "57014", "55P03": self = .timeout
    case "25P02": self = .transactionAborted
    default:
      switch sqlState.prefix(2) {
      case "23": self = .constraintViolation
      case "40": self = .serializationFailure
      // In this order: broken connections; a session or server that cannot write, as after a change of primary; one
      // short of connections, memory or disk; one that an operator stops; one whose files fail it.
      case "08", "25", "53", "57", "58": self = .unavailable
      default: self = .query
      }
    }
  }
}
