// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// Verification of identity signatures on the server's side, by suite number.
///
/// Every length is checked before a key or a signature is looked at. Suite 1: Ed25519 (RFC 8032) for signatures,
/// X25519 (RFC 7748) for agreement. The suites are described in docs/protocol.md.
public enum IdentitySignature {
  private struct Suite {
    let signatureKeyBytes: Int
    let agreementKeyBytes: Int
    let signatureBytes: Int
  }

  /// Grows with the suites that the server knows.
  private static let suites: [UInt64: Suite] = [
    1: Suite(signatureKeyBytes: 32, agreementKeyBytes: 32, signatureBytes: 64)
  ]

  public static func isSupported(_ suite: UInt64) -> Bool { suites[suite] != nil }

  /// Bytes of a public signing key; nil for a suite that is not supported.
  public static func signatureKeyBytes(_ suite: UInt64) -> Int? { suites[suite]?.signatureKeyBytes }

  /// Bytes of a public agreement key or prekey; nil for a suite that is not supported.
  public static func agreementKeyBytes(_ suite: UInt64) -> Int? { suites[suite]?.agreementKeyBytes }

  /// Bytes of a signature; nil for a suite that is not supported.
  public static func signatureBytes(_ suite: UInt64) -> Int? { suites[suite]?.signatureBytes }

  /// Whether bytes are a public signing key that can be used: right length, and a point of the curve.
  public static func isValidSigningKey(_ key: [UInt8], suite: UInt64) -> Bool {
    guard let suite = suites[suite], key.count == suite.signatureKeyBytes else { return false }
    return !SmallOrderPoint.isEd25519(key)
  }

  /// Whether bytes are a public agreement key that can be used.
  ///
  /// Points of small order are refused: an agreement with one has the same result whatever the other key is
  /// (RFC 7748, section 6.1).
  public static func isValidAgreementKey(_ key: [UInt8], suite: UInt64) -> Bool {
    guard let suite = suites[suite], key.count == suite.agreementKeyBytes else { return false }
    return !SmallOrderPoint.isX25519(key)
  }

  /// Whether `signature` over `message` was made with the private half of `key`.
  ///
  /// False for a suite that is not supported and for anything of a wrong length.
  public static func isValid(signature: [UInt8], message: [UInt8], key: [UInt8], suite: UInt64) -> Bool {
    guard let lengths = suites[suite], signature.count == lengths.signatureBytes,
      isValidSigningKey(key, suite: suite)
    else { return false }
    do {
      let publicKey = try Curve25519.Signing.PublicKey(rawRepresentation: key)
      return publicKey.isValidSignature(signature, for: message)
    } catch {
      return false
    }
  }
}
