// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServiceKit

/// The JSON Web Key Set (RFC 7517) of `/.well-known/jwks.json`: Ed25519 keys as RFC 8037 writes them.
struct TokenKeySet: Encodable {
  struct Key: Encodable {
    let kty = "OKP"
    let crv = "Ed25519"
    let use = "sig"
    let alg = "EdDSA"
    let kid: String
    let x: String
  }

  static let path = "/.well-known/jwks.json"

  let keys: [Key]

  init(_ published: [(kid: String, publicKey: [UInt8])]) {
    keys = published.map { Key(kid: $0.kid, x: Self.base64URL($0.publicKey)) }
  }

  /// Without padding (RFC 7515, section 2).
  private static func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
