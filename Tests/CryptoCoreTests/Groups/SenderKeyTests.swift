// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Sender keys")
struct SenderKeyTests {
  @Test("messages open in any order, each once")
  func outOfOrder() throws {
    var parties = try SenderKeyParties()
    let messages = try (0..<20).map { try parties.send("message \($0)") }
    for index in [3, 0, 19, 7, 1, 18] {
      #expect(try parties.receive(messages[index]) == "message \(index)")
      #expect(throws: CryptoError.duplicateMessage) { try parties.receive(messages[index]) }
    }
  }

  @Test("any changed, missing or added byte is refused, the state does not change, and the message still opens")
  func tampering() throws {
    var parties = try SenderKeyParties()
    _ = try parties.send("skipped")
    let message = try parties.send("hello")
    let before = parties.record.serialized()
    func refused(_ bytes: [UInt8]) {
      #expect(throws: CryptoError.self) { try parties.receive(SenderKeyMessage(bytes: bytes)) }
      #expect(parties.record.serialized().isEqual(to: before))
    }
    for index in message.bytes.indices {
      var changed = message.bytes
      changed[index] ^= 0x80
      refused(changed)
    }
    for count in 0..<message.bytes.count { refused(Array(message.bytes.prefix(count))) }
    refused(message.bytes + [0])
    #expect(try parties.receive(message) == "hello")
  }

  @Test("a member who knows the chain cannot write in the sender's name")
  func insider() throws {
    var parties = try SenderKeyParties()
    let distribution = parties.key.distribution
    // The insider has all that a distribution gives, and a signing key of its own.
    var forger = try SenderKeyParties.Outgoing(
      group: parties.group, sender: parties.sender, createdAt: 0, id: distribution.id,
      signingKey: SecretBytes(copying: [UInt8](repeating: 3, count: 32)),
      chain: SenderChain(key: distribution.chainKey, iteration: 0), members: [:])
    let forged = try forger.encrypt([1])
    #expect(throws: CryptoError.invalidSignature) { try parties.receive(forged) }
    // Nor can another key pass under a known id.
    #expect(throws: CryptoError.malformed) { try parties.record.add(forger.distribution) }
  }

  @Test("a message belongs to its group and its sender")
  func binding() throws {
    var parties = try SenderKeyParties()
    let message = try parties.send("x")
    let otherGroup = try GroupID(bytes: [UInt8](repeating: 1, count: 16))
    let otherDevice = try DeviceAddress(account: parties.sender.account, device: 2)
    let otherAccount = try DeviceAddress(account: [UInt8](repeating: 2, count: 16), device: 1)
    for (group, sender) in [
      (otherGroup, parties.sender), (parties.group, otherDevice), (parties.group, otherAccount),
    ] {
      let given = parties.record.states
      var record = SenderKeyParties.Record(group: group, sender: sender, states: given)
      #expect(throws: CryptoError.invalidSignature) { try record.decrypt(message) }
    }
    var other = SenderKeyParties.Record(group: otherGroup, sender: parties.sender)
    #expect(throws: CryptoError.malformed) { try other.add(parties.key.distribution) }
  }

  @Test("who gets the key later reads from there on, and not what was written before")
  func lateMember() throws {
    var parties = try SenderKeyParties()
    let before = try parties.send("before")
    var late = SenderKeyParties.Record(group: parties.group, sender: parties.sender)
    #expect(throws: CryptoError.unknownSenderKey) { try late.decrypt(before) }
    #expect(!late.holdsKey(for: before))
    try late.add(SenderKeyDistribution(serialized: parties.key.distribution.serialized()))
    let after = try parties.send("after")
    #expect(late.holdsKey(for: after))
    #expect(throws: CryptoError.duplicateMessage) { try late.decrypt(before) }
    #expect(try late.decrypt(after) == Array("after".utf8))
  }

  @Test("a repeated distribution does not turn the chain back")
  func repeatedDistribution() throws {
    var parties = try SenderKeyParties()
    let distribution = parties.key.distribution
    let message = try parties.send("once")
    #expect(try parties.receive(message) == "once")
    try parties.record.add(distribution)
    #expect(throws: CryptoError.duplicateMessage) { try parties.receive(message) }
  }

  @Test("25,000 messages can be jumped, one more cannot; the last 2,000 of them still open")
  func jump() throws {
    var parties = try SenderKeyParties()
    let first = try parties.key.encrypt([0])
    while parties.key.chain.iteration < 23_000 { parties.key.chain.advance() }
    let dropped = try parties.key.encrypt([1])
    let oldest = try parties.key.encrypt([2])
    while parties.key.chain.iteration < 25_000 { parties.key.chain.advance() }
    let last = try parties.key.encrypt([3])
    let tooFar = try parties.key.encrypt([4])
    #expect(throws: CryptoError.tooFarAhead) { try parties.record.decrypt(tooFar) }
    #expect(try parties.record.decrypt(last) == [3])
    #expect(parties.record.states[0].skipped.count == 2_000)
    // Numbers 23,000 to 24,999 were kept.
    #expect(try parties.record.decrypt(dropped) == [1])
    #expect(try parties.record.decrypt(oldest) == [2])
    #expect(throws: CryptoError.duplicateMessage) { try parties.record.decrypt(first) }
    #expect(try parties.record.decrypt(tooFar) == [4])
  }

  @Test("beyond 2,000 skipped keys the oldest go")
  func skippedBound() throws {
    var parties = try SenderKeyParties()
    let messages = try (0..<2_003).map { _ in try parties.key.encrypt([1]) }
    _ = try parties.record.decrypt(messages[2_000])
    #expect(parties.record.states[0].skipped.count == 2_000)
    _ = try parties.record.decrypt(messages[2_002])
    #expect(parties.record.states[0].skipped.count == 2_000)
    #expect(throws: CryptoError.duplicateMessage) { try parties.record.decrypt(messages[0]) }
    #expect(try parties.record.decrypt(messages[1]) == [1])
    #expect(try parties.record.decrypt(messages[2_001]) == [1])
  }

  @Test("five keys of a sender are kept; with the sixth the oldest goes")
  func states() throws {
    var parties = try SenderKeyParties()
    var messages: [SenderKeyMessage] = []
    for round in 0..<6 {
      if round > 0 {
        parties.key = try .init(group: parties.group, sender: parties.sender, now: 0)
        try parties.record.add(parties.key.distribution)
      }
      messages.append(try parties.send("round \(round)"))
      if round == 4 { #expect(parties.record.holdsKey(for: messages[0])) }
    }
    #expect(parties.record.states.count == 5)
    #expect(throws: CryptoError.unknownSenderKey) { try parties.receive(messages[0]) }
    for round in 1..<6 { #expect(try parties.receive(messages[round]) == "round \(round)") }
  }

  @Test("the longest plaintext is that of pairwise messages, and one class has one length")
  func sizes() throws {
    var parties = try SenderKeyParties()
    #expect(try parties.send("").bytes.count == 22 + 160 + 16 + 64)
    #expect(try parties.send(String(repeating: "x", count: 159)).bytes.count == 22 + 160 + 16 + 64)
    let longest = [UInt8](repeating: 1, count: Padding.maximumPlaintextSize)
    #expect(try parties.key.encrypt(longest).bytes.count < 96 * 1_024)
    let before = parties.key.serialized()
    #expect(throws: CryptoError.plaintextTooLarge) { try parties.key.encrypt(longest + [1]) }
    #expect(parties.key.serialized().isEqual(to: before))
  }

  @Test("the last number of a chain is not used")
  func exhausted() throws {
    var parties = try SenderKeyParties()
    parties.key.chain = SenderChain(key: parties.key.chain.key, iteration: UInt32.max - 1)
    var record = SenderKeyParties.Record(group: parties.group, sender: parties.sender)
    try record.add(parties.key.distribution)
    #expect(try record.decrypt(parties.key.encrypt([1])) == [1])
    #expect(throws: CryptoError.chainExhausted) { try parties.key.encrypt([1]) }
    #expect(try parties.key.reconcile(with: parties.members, now: 0) == parties.members)
    _ = try parties.key.distribute(to: parties.members)
    #expect(try parties.key.encrypt([1]).iteration == 0)
  }
}
