// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Wire

/// Makes and checks the opaque bytes that a client sends back unchanged: a challenge and its MAC.
struct ChallengeAuthenticator: Sendable {
  private static let macBytes = SHA256.byteCount

  private let key: SymmetricKey

  init(key: SymmetricKey) { self.key = key }

  /// 78 bytes.
  func seal(_ challenge: Challenge) -> [UInt8] {
    let encoded = challenge.encoded
    return encoded + Array(HMAC<SHA256>.authenticationCode(for: encoded, using: key))
  }

  /// The challenge in bytes that came from a client. Throws `challengeInvalid` unless this server made them.
  ///
  /// The comparison takes the same time wherever the codes differ.
  func open(_ bytes: [UInt8]) throws(Failure) -> Challenge {
    guard bytes.count == Challenge.encodedBytes + Self.macBytes else { throw Failure(.challengeInvalid) }
    let encoded = bytes[..<Challenge.encodedBytes]
    let code = bytes[Challenge.encodedBytes...]
    guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: encoded, using: key),
      let challenge = Challenge(encoded: encoded)
    else { throw Failure(.challengeInvalid) }
    return challenge
  }
}
