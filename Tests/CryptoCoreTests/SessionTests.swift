// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("Sessions")
struct SessionTests {
  @Test("initial messages repeat until the first answer, then the session is acknowledged")
  func initialMessagesRepeat() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    let first = try pair.alice.send("one")
    let second = try pair.alice.send("two")
    #expect(first.kind == .preKey && second.kind == .preKey)
    #expect(!pair.alice.record.isAcknowledged)
    #expect(try pair.toBob(first) == "one")
    #expect(try pair.toBob(second) == "two")
    let answer = try pair.bob.send("three")
    #expect(answer.kind == .ratchet)
    #expect(try pair.toAlice(answer) == "three")
    #expect(pair.alice.record.isAcknowledged)
    #expect(try pair.alice.send("four").kind == .ratchet)
  }
}
