// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// Makes the pair of tokens that a login or a refresh answers.
struct TokenIssuer: Sendable {
  let ring: TokenKeyRing
  let domain: String
  let accessLifetimeSeconds: Int
  let clock: WallClock

  /// - Parameter signer: taken from the ring before anything was stored, so that a missing key leaves no trace.
  func tokens(
    for session: PostgresSessionStore.Session, refreshToken: RefreshToken, signedBy signer: AccessTokenSigner
  ) async throws -> Tokens {
    let now = clock.seconds
    let expiry = now + UInt64(accessLifetimeSeconds)
    let token = AccessToken(
      account: session.address.account, device: session.address.device, session: session.family, issuedAt: now,
      expiry: expiry, issuer: domain)
    return Tokens(
      accessToken: try await signer.sign(token), accessExpiry: expiry * 1_000, refreshToken: refreshToken.bytes,
      refreshExpiry: session.refreshExpiry, deviceListNumber: session.deviceListNumber)
  }
}
