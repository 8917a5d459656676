// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// The work that guards registration: a nonce of 8 bytes such that SHA-256(challenge ‖ nonce) begins with as many zero
/// bits as the server asks for.
package enum ProofOfWork {
  /// More than this would keep a phone busy for minutes; a server that asks for it is not waited for.
  static let maximumDifficulty: UInt32 = 28

  /// Searches on a thread of the global pool, off every actor, until it finds a nonce or the task is cancelled.
  ///
  /// Throws `.challengeTooHard` or `.cancelled`. 2^difficulty hashes on average.
  @concurrent
  package static func solve(challenge: [UInt8], difficulty: UInt32) async throws(ClientError) -> [UInt8] {
    guard difficulty <= maximumDifficulty else { throw ClientError(.challengeTooHard) }
    var input = challenge + [UInt8](repeating: 0, count: 8)
    var nonce: UInt64 = 0
    while true {
      // About every millisecond.
      if nonce & 0x3FF == 0 {
        guard !Task.isCancelled else { throw ClientError(.cancelled) }
        await Task.yield()
      }
      for index in 0..<8 {
        input[challenge.count + index] = UInt8(truncatingIfNeeded: nonce >> UInt64(56 - 8 * index))
      }
      if leadingZeroBits(NativeCryptoProvider.sha256(input)) >= difficulty { return Array(input[challenge.count...]) }
      nonce += 1
    }
  }

  static func leadingZeroBits(_ digest: [UInt8]) -> UInt32 {
    var bits: UInt32 = 0
    for byte in digest {
      bits += UInt32(byte.leadingZeroBitCount)
      if byte != 0 { break }
    }
    return bits
  }
}
