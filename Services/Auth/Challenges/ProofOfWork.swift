// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The price of a registration: SHA-256(challenge ‖ nonce) begins with so many zero bits.
enum ProofOfWork {
  static func isValid(challenge: [UInt8], nonce: [UInt8], difficulty: UInt8) -> Bool {
    var hash = SHA256()
    hash.update(data: challenge)
    hash.update(data: nonce)
    return leadingZeroBits(hash.finalize()) >= Int(difficulty)
  }

  private static func leadingZeroBits(_ digest: some Sequence<UInt8>) -> Int {
    var bits = 0
    for byte in digest {
      bits += byte.leadingZeroBitCount
      if byte != 0 { break }
    }
    return bits
  }
}
