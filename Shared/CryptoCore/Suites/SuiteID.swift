// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The number of a cipher suite, one byte wherever it is written.
public struct SuiteID: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// X25519, Ed25519, ChaCha20-Poly1305, HKDF-SHA256 and HMAC-SHA256.
  public static let classic = SuiteID(rawValue: 1)
}
