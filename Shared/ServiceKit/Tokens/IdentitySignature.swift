// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// Verification of identity keys and signatures on the server's side, by suite number.
///
/// Every length is checked before a key or a signature is looked at. A hybrid key or signature is good only if both of
/// its parts are. The suites are described in docs/protocol.md.
public enum IdentitySignature {
  public static func isSupported(_ suite: UInt64) -> Bool { IdentitySuite.known[suite] != nil }

  /// Bytes of a signature; nil for a suite that is not supported.
  public static func signatureBytes(_ suite: UInt64) -> Int? { IdentitySuite.known[suite]?.signatureBytes }

  /// Whether prekeys that are handed out once are signed: those with a key to encapsulate to are (PQXDH).
  public static func signsOneTimePreKeys(_ suite: UInt64) -> Bool { IdentitySuite.known[suite]?.postQuantum != nil }

  /// A device's signing key as another suite sees it: whole in the device's own suite, its classic part in suite 1,
  /// nil in any other.
  public static func signingKey(_ key: [UInt8], of suite: UInt64, in other: UInt64) -> [UInt8]? {
    if other == suite { return key }
    return other == 1 ? Array(key.prefix(IdentitySuite.classicKeyBytes)) : nil
  }

  /// Whether bytes are a public signing key that can be used: right length, and no point of small order.
  public static func isValidSigningKey(_ key: [UInt8], suite: UInt64) -> Bool {
    guard let suite = IdentitySuite.known[suite], key.count == suite.signatureKeyBytes else { return false }
    return !SmallOrderPoint.isEd25519(Array(key.prefix(IdentitySuite.classicKeyBytes)))
  }

  /// Whether bytes are a public agreement key or prekey that can be used.
  ///
  /// Points of small order are refused: an agreement with one has the same result whatever the other key is
  /// (RFC 7748, section 6.1). So are encapsulation keys that fail FIPS 203's check of their coefficients.
  public static func isValidAgreementKey(_ key: [UInt8], suite: UInt64) -> Bool {
    guard let suite = IdentitySuite.known[suite], key.count == suite.agreementKeyBytes else { return false }
    guard !SmallOrderPoint.isX25519(Array(key.prefix(IdentitySuite.classicKeyBytes))) else { return false }
    return suite.postQuantum?.isEncapsulationKey(key.dropFirst(IdentitySuite.classicKeyBytes)) ?? true
  }

  /// Whether `signature` over `message` was made with the private half of `key`.
  ///
  /// False for a suite that is not supported and for anything of a wrong length.
  public static func isValid(signature: [UInt8], message: [UInt8], key: [UInt8], suite number: UInt64) -> Bool {
    guard let suite = IdentitySuite.known[number], signature.count == suite.signatureBytes,
      isValidSigningKey(key, suite: number)
    else { return false }
    do {
      let classic = try Curve25519.Signing.PublicKey(rawRepresentation: key.prefix(IdentitySuite.classicKeyBytes))
      guard classic.isValidSignature(signature.prefix(IdentitySuite.classicSignatureBytes), for: message) else {
        return false
      }
    } catch {
      return false
    }
    return suite.postQuantum?.isValidSignature(
      signature.dropFirst(IdentitySuite.classicSignatureBytes), message,
      key.dropFirst(IdentitySuite.classicKeyBytes)) ?? true
  }
}
