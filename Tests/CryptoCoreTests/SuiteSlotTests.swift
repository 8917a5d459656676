// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("A suite with a sparse ratchet")
struct SuiteSlotTests {
  private func strangers() throws -> (Party<ToySparseSuite>, Party<ToySparseSuite>) {
    (try Party(account: 1), try Party(account: 2))
  }

  @Test("it fits the sessions as they are")
  func conversation() throws {
    var (alice, bob) = try strangers()
    try alice.initiate(bob.bundle(), of: bob.remote)
    let (first, second) = (try alice.send("first"), try alice.send("second"))
    #expect(first.suite == ToySparseSuite.id)
    #expect(try bob.receive(second, from: alice.remote) == "second")
    #expect(try bob.receive(first, from: alice.remote) == "first")
    for round in 0..<4 {
      #expect(try alice.receive(bob.send("b\(round)"), from: bob.remote) == "b\(round)")
      #expect(try bob.receive(alice.send("a\(round)"), from: alice.remote) == "a\(round)")
    }
    #expect(throws: CryptoError.duplicateMessage) { try bob.receive(first, from: alice.remote) }
  }

  @Test("any changed byte is refused")
  func tampering() throws {
    var (alice, bob) = try strangers()
    try alice.initiate(bob.bundle(), of: bob.remote)
    let bytes = try alice.send("hello").bytes
    let before = bob.record.serialized()
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x01
      #expect(throws: CryptoError.self, "byte \(index)") {
        try bob.receive(CiphertextMessage(bytes: changed), from: alice.remote)
      }
      #expect(bob.record.serialized().isEqual(to: before))
    }
    #expect(try bob.receive(CiphertextMessage(bytes: bytes), from: alice.remote) == "hello")
  }
}
