// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// Answers `RequestLogin` and `Login`.
///
/// An account or device that does not exist gets a challenge like every other, and its login is refused like one
/// with a wrong signature, after as much work.
struct LoginHandler: Sendable {
  static let challengeLifetimeMilliseconds: UInt64 = 60_000

  let authenticator: ChallengeAuthenticator
  let domain: String
  let accounts: PostgresAccountStore
  let sessions: PostgresSessionStore
  let issuer: TokenIssuer
  let limits: AuthRateLimits
  let clock: WallClock

  func challenge(_ request: RequestLogin, _ origin: RequestOrigin) async throws -> LoginChallenge {
    try await limits.takeChallenge(origin)
    let challenge = Challenge(
      purpose: .login, account: request.account, device: request.device, difficulty: 0,
      expiry: clock.milliseconds() + Self.challengeLifetimeMilliseconds,
      identifier: .random(count: Challenge.identifierBytes))
    return LoginChallenge(challenge: authenticator.seal(challenge), expiry: challenge.expiry)
  }

  func login(_ request: Login, _ origin: RequestOrigin) async throws -> Tokens {
    let challenged = try UnverifiedLogin(request)
      .withChallenge(by: authenticator, domain: domain, at: clock.milliseconds())
    try await limits.takeLogin(origin)
    let login = try challenged.verified(with: await accounts.signingKey(of: challenged.address))
    let signer = try await issuer.ring.signer()
    let token = RefreshToken.first()
    let session = try await sessions.begin(login, with: token)
    return try await issuer.tokens(for: session, refreshToken: token, signedBy: signer)
  }
}
