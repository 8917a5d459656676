// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

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
    let next = presented.successor()
    switch try await sessions.rotate(presented, to: next) {
    case .revoked: throw Failure(.sessionRevoked)
    case .rotated(let session): return try await issuer.tokens(for: session, refreshToken: next, signedBy: signer)
    }
  }
}
