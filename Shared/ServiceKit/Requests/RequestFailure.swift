// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import Wire

/// What a client is told of an error that a handler threw.
enum RequestFailure {
  /// How long a client waits before it repeats a request that a missing server stopped, in milliseconds.
  static let retryAfter: UInt64 = 1_000

  private static let passing: Set<PostgresError.Code> = [
    .unavailable, .connectionLost, .poolExhausted, .timeout, .serializationFailure, .shutDown,
  ]

  /// Nil for an error that nobody expected: it is logged, and the client gets `.internalError`.
  static func expected(_ error: any Error) -> Failure? {
    switch error {
    case let failure as Failure: failure
    case let error as PostgresError where passing.contains(error.code): unavailable
    case let error as RedisError where error.code != .decoding: unavailable
    case is WireError: Failure(.malformedFrame)
    default: nil
    }
  }

  static var unavailable: Failure { Failure(.unavailable, retryAfterMilliseconds: retryAfter) }
}
