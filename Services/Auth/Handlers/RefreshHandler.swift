// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import ServiceKit
import Wire

/// Answers `RefreshTokens`.
struct RefreshHandler: Sendable {
  let sessions: PostgresSessionStore
  let issuer: TokenIssuer
  let limits: AuthRateLimits

  func refresh(_ request: RefreshTokens, _ origin: RequestOrigin) async throws -> Tokens {
    try await limits.takeLogin(origin)
    guard let presented = RefreshToken(request.refreshToken) else { throw Failure(.sessionRevoked) }
    let signer = try await issuer.ring.signer()
    switch try await rotate(presented, for: RequestDigest(origin)) {
    case .revoked: throw Failure(.sessionRevoked)
    case .rotated(let session, let next):
      return try await issuer.tokens(for: session, refreshToken: next, signedBy: signer)
    }
  }

  /// Asks again when a connection breaks under a commit. The client would ask with another request, which would pass for
  /// reuse if the commit has taken place; this one gets what it got then.
  private func rotate(
    _ presented: RefreshToken, for request: RequestDigest
  ) async throws -> PostgresSessionStore.Rotation {
    var pause = RetryPause(attempts: 6)
    var isInDoubt = false
    while true {
      do { return try await sessions.rotate(presented, for: request) } catch let error as PostgresError {
        isInDoubt = isInDoubt || error.code == .connectionLost
        guard isInDoubt, await pause.wait() else { throw error }
      }
    }
  }
}
