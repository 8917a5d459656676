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
    case "40001", "40P01": self = .serializationFailure
    case "57014", "55P03": self = .timeout
    case "25P02": self = .transactionAborted
    case "57P01", "57P02", "57P03": self = .unavailable
    default:
      switch sqlState.prefix(2) {
      case "23": self = .constraintViolation
      // Broken connections and a server short of connections, memory or disk.
      case "08", "53": self = .unavailable
      default: self = .query
      }
    }
  }
}
