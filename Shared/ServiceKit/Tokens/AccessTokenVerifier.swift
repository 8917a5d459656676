// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import JWTKit
import Wire

/// Checks access tokens against a set of public keys.
///
/// | what | why |
/// | --- | --- |
/// | at most `WireLimits.tokenBytes` | nothing large is decoded |
/// | header has `alg`, `kid`, `typ` and nothing else | no `crit`, `jwk` or `jku` can say how to verify (RFC 8725) |
/// | `alg` is `EdDSA` | neither `none` nor another algorithm can be asked for |
/// | `kid` is a known key that has not expired | |
/// | signature | |
/// | `iss` is this server's domain, `exp` is in the future, `iat` is not | |
struct AccessTokenVerifier: Sendable {
  enum Rejection: Error, Equatable {
    case malformed, unknownKey, signature, claims, expired
  }

  private struct Key: Sendable {
    let collection: JWTKeyCollection
    /// Milliseconds since the Unix epoch.
    let expiry: UInt64
  }

  /// How far the issuer's clock may be ahead, in seconds.
  static let clockSkew: UInt64 = 60

  private let issuer: String
  private let keys: [String: Key]

  init(issuer: String, keys: [TokenKey]) async {
    self.issuer = issuer
    var known: [String: Key] = [:]
    for key in keys {
      let publicKey = EdDSA.PublicKey(backing: key.publicKey)
      let collection = await JWTKeyCollection().add(eddsa: publicKey, kid: JWKIdentifier(string: key.keyID))
      known[key.keyID] = Key(collection: collection, expiry: key.expiry)
    }
    self.keys = known
  }

  /// - Parameter now: milliseconds since the Unix epoch.
  func verify(_ text: String, now: UInt64) async throws(Rejection) -> AccessToken {
    guard text.utf8.count <= WireLimits.tokenBytes else { throw .malformed }
    guard let key = keys[try keyID(of: text)], now < key.expiry else { throw .unknownKey }
    let claims: AccessTokenClaims
    do { claims = try await key.collection.verify(text, as: AccessTokenClaims.self) } catch { throw .signature }
    guard let token = claims.token, token.issuer == issuer, token.issuedAt <= now / 1_000 + Self.clockSkew else {
      throw .claims
    }
    guard now / 1_000 < token.expiry else { throw .expired }
    return token
  }

  private func keyID(of text: String) throws(Rejection) -> String {
    let header: JWTHeader
    do {
      header = try DefaultJWTParser().parse(Array(text.utf8), as: AccessTokenClaims.self).header
    } catch { throw .malformed }
    guard Set(header.fields.keys).isSubset(of: ["alg", "kid", "typ"]), header.alg == "EdDSA", header.typ == "JWT",
      let keyID = header.kid
    else { throw .malformed }
    return keyID
  }
}
