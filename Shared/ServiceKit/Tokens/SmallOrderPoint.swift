// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Public keys that stand for almost no secret: points whose order divides the curve's cofactor.
enum SmallOrderPoint {
  /// The y coordinates of edwards25519's eight points of small order in little-endian order, and those of their other
  /// encodings below 2²⁵⁵ (RFC 8032, section 5.1; the sign of x is the highest bit of the last byte).
  private static let edwards: Set<[UInt8]> = [
    [1] + zeros,
    [0] + zeros,
    [0xEC] + ones,
    [0xED] + ones,
    [0xEE] + ones,
    [
      0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
      0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
    ],
    [
      0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
      0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
    ],
  ]
  private static let zeros = [UInt8](repeating: 0, count: 31)
  private static let ones = [UInt8](repeating: 0xFF, count: 30) + [0x7F]

  /// - Parameter key: 32 bytes of an Ed25519 public key.
  static func isEd25519(_ key: [UInt8]) -> Bool {
    guard let last = key.last else { return false }
    return edwards.contains(key.dropLast() + [last & 0x7F])
  }

  /// - Parameter key: 32 bytes of an X25519 public key.
  ///
  /// Agrees with a fresh key and looks for the all-zero result (RFC 7748, section 6.1), which the library lets pass.
  static func isX25519(_ key: [UInt8]) -> Bool {
    do {
      let publicKey = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: key)
      let secret = try Curve25519.KeyAgreement.PrivateKey().sharedSecretFromKeyAgreement(with: publicKey)
      return secret.withUnsafeBytes { $0.allSatisfy { $0 == 0 } }
    } catch {
      return true
    }
  }
}
