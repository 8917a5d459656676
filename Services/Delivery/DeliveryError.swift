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

  private static let passingCodes: Set<PostgresError.Code> = [
    .unavailable, .connectionLost, .poolExhausted, .timeout, .shutDown, .serializationFailure, .transactionAborted,
  ]

  init(_ error: any Error) {
    switch error {
    case DeliveryError.fenced: self = .fenced
    case let error as PostgresError: self = Self.passingCodes.contains(error.code) ? .passing : .refused
    case is CancellationError: self = .passing
    default: self = .refused
    }
  }
}
