// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Testing

@testable import AuthService

@Suite("Refresh tokens", .timeLimit(.minutes(3)))
struct RefreshTokenTests {
  @Test("a successor shares the selector and nothing else, and follows from token, salt and key alone")
  func successor() {
    let first = RefreshToken.first()
    let key = SymmetricKey(size: .bits256)
    let second = first.successor(salt: [1], key: key)
    #expect(first.bytes.count == 32 && second.bytes.count == 32)
    #expect(first.successor(salt: [1], key: key).bytes == second.bytes)
    #expect(first.successor(salt: [2], key: key).bytes.suffix(16) != second.bytes.suffix(16))
    #expect(first.successor(salt: [1], key: SymmetricKey(size: .bits256)).bytes.suffix(16) != second.bytes.suffix(16))
    #expect(first.selectorHash == second.selectorHash)
    #expect(first.hash != second.hash)
    #expect(RefreshToken.first().selectorHash != first.selectorHash)
  }

  @Test("the hashes do not hold the token")
  func hashes() {
    let token = RefreshToken.first()
    #expect(token.hash.count == 32 && token.selectorHash.count == 32)
    #expect(token.hash != token.bytes)
    #expect(token.selectorHash.prefix(16) != token.bytes.prefix(16))
  }

  @Test("only 32 bytes are a token", arguments: [0, 16, 31, 33])
  func length(count: Int) {
    #expect(RefreshToken([UInt8](repeating: 1, count: count)) == nil)
  }
}
