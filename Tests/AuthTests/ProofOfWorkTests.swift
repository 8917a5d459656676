// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Testing

@testable import AuthService

@Suite("Proof of work", .timeLimit(.minutes(3)))
struct ProofOfWorkTests {
  @Test("a nonce counts for as many bits as its hash has, and for no more", arguments: 0..<64 as Range<UInt8>)
  func leadingZeroBits(seed: UInt8) {
    let challenge: [UInt8] = [seed, 1, 2]
    let nonce: [UInt8] = [seed, 0, 0, 0, 0, 0, 0, 0]
    let bits = SHA256.hash(data: challenge + nonce).flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
    let leading = UInt8(bits.prefix { $0 == 0 }.count)
    #expect(ProofOfWork.isValid(challenge: challenge, nonce: nonce, difficulty: leading))
    #expect(!ProofOfWork.isValid(challenge: challenge, nonce: nonce, difficulty: leading + 1))
  }

  @Test("no work is enough for no difficulty")
  func noDifficulty() {
    #expect(ProofOfWork.isValid(challenge: [], nonce: [], difficulty: 0))
  }
}
