// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The hash functions of FIPS 202 that ML-KEM and X-Wing are made of.
enum SHA3 {
  /// SHA3-256: 32 bytes.
  static func hash256(_ message: [UInt8]) -> [UInt8] {
    var sponge = KeccakSponge.sha3_256()
    sponge.absorb(message)
    return sponge.squeeze(32)
  }

  /// SHA3-512: 64 bytes.
  static func hash512(_ message: [UInt8]) -> [UInt8] {
    var sponge = KeccakSponge.sha3_512()
    sponge.absorb(message)
    return sponge.squeeze(64)
  }

  static func shake128(_ message: [UInt8], count: Int) -> [UInt8] {
    var sponge = KeccakSponge.shake128()
    sponge.absorb(message)
    return sponge.squeeze(count)
  }

  static func shake256(_ message: [UInt8], count: Int) -> [UInt8] {
    var sponge = KeccakSponge.shake256()
    sponge.absorb(message)
    return sponge.squeeze(count)
  }
}
