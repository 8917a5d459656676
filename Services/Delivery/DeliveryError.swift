// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres

/// What a commit or a row can fail with beside the errors of PostgreSQL itself.
enum DeliveryError: Error, Equatable {
  /// A lease was lost, or another statement of this worker has moved a position. Nothing was written.
  case fenced
  /// A row has a partition that this version does not have.
  case foreignPartition
  /// A row has a number that the wire does not allow.
  case corruptRow
}

/// What a failed statement says about trying again.
enum StoreFailure: Sendable, Equatable {
  /// See `DeliveryError.fenced`.
  case fenced
  /// The server is away, busy or slow, or the outcome is unknown: look again later what stands.
  case passing
  /// The server refuses this very batch, and would do so again.
  case refused

  /// What a row or a parameter can be guilty of.
  private static let refusals: Set<PostgresError.Code> = [
    .uniqueViolation, .foreignKeyViolation, .checkViolation, .notNullViolation, .constraintViolation,
    .invalidParameter, .decoding,
  ]

  /// The same in SQLSTATE classes (PostgreSQL manual, appendix A): cardinality, data, integrity, check option, limits of
  /// the program, and errors inside of the server, which may come from one broken page.
  private static let refusalClasses: Set<Substring> = ["21", "22", "23", "44", "54", "XX"]

  /// Everything that does not accuse the batch itself is passing: a schema that is being changed or a right that is
  /// missing must stop a partition until an operator has mended it, not make senders give up.
  init(_ error: any Error) {
    switch error {
    case DeliveryError.fenced: self = .fenced
    case let error as PostgresError:
      let isRefusal =
        Self.refusals.contains(error.code) || error.sqlState.map { Self.refusalClasses.contains($0.prefix(2)) } == true
      self = isRefusal ? .refused : .passing
    case is CancellationError: self = .passing
    default: self = .refused
    }
  }
}
