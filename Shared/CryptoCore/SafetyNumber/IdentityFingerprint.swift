// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A fingerprint of an identity: SHA-512, iterated so that finding another key with the same visible digits costs more
/// (libsignal's numeric fingerprint).
public enum IdentityFingerprint<Provider: CryptoProvider> {
  /// Rounds, as in libsignal.
  public static var iterations: Int { 5_200 }

  /// h1 = SHA-512(0x0000 ‖ key ‖ identifier ‖ key), h(i+1) = SHA-512(h(i) ‖ key); 64 bytes.
  public static func compute(key: [UInt8], identifier: [UInt8], iterations: Int) -> [UInt8] {
    var digest = Provider.sha512([0, 0] + key + identifier + key)
    for _ in 1..<max(iterations, 1) {
      digest.append(contentsOf: key)
      digest = Provider.sha512(digest)
    }
    return digest
  }

  /// The first 30 bytes as six groups of five digits: each 5 bytes, big-endian, modulo 100,000.
  public static func digits(of fingerprint: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for group in 0..<6 {
      var value: UInt64 = 0
      for byte in fingerprint[group * 5..<group * 5 + 5] { value = value << 8 | UInt64(byte) }
      value %= 100_000
      var divisor: UInt64 = 10_000
      while divisor > 0 {
        result.append(UInt8(truncatingIfNeeded: value / divisor % 10) + 0x30)
        divisor /= 10
      }
    }
    return result
  }
}
