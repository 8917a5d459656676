// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import JWTKit
import Wire

/// The JSON of an ``AccessToken``.
struct AccessTokenClaims: JWTPayload {
  let iss: String
  let sub: String
  let device: UInt32
  let session: String
  let iat: UInt64
  let exp: UInt64

  init(_ token: AccessToken) {
    iss = token.issuer
    sub = token.account.raw.uuidString
    device = token.device.number
    session = token.session.uuidString
    iat = token.issuedAt
    exp = token.expiry
  }

  /// Nil when an id is not what it should be.
  var token: AccessToken? {
    guard let account = Identifier128(uuidString: sub), let device = DeviceID(device),
      let session = Identifier128(uuidString: session)
    else { return nil }
    return AccessToken(
      account: AccountID(account), device: device, session: session, issuedAt: iat, expiry: exp, issuer: iss)
  }

  /// Called when the signature holds; the claims are looked at by `AccessTokenVerifier`, which knows the time.
  func verify(using algorithm: some JWTAlgorithm) async throws {}
}
