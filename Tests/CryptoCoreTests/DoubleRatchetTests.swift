// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

/// Two ratchets that share a secret, without sessions around them.
private struct Ratchets {
  typealias Ratchet = DoubleRatchet<NativeClassicSuite>
  typealias Message = RatchetMessage<NativeClassicSuite>

  var alice: Ratchet
  var bob: Ratchet
  let parameters = NativeClassicSuite.ratchetParameters
  let associatedData: [UInt8] = [1, 2, 3]

  init() throws {
    let secret = try NativeCryptoProvider.randomSecret(count: 32)
    let bobPair = try RatchetKeyPair<NativeClassicSuite>.generate()
    let none = SecretBytes(copying: [])
    alice = try Ratchet(
      initiatorSecret: secret, remote: bobPair.publicKey, keyPair: .generate(),
      sparse: NoSparseRatchet(isInitiator: true, seed: none), parameters: parameters)
    bob = Ratchet(
      responderSecret: secret, keyPair: bobPair, sparse: try NoSparseRatchet(isInitiator: false, seed: none))
  }

  mutating func fromAlice(_ text: String = "a") throws -> Message {
    try alice.encrypt(Array(text.utf8), associatedData: associatedData, parameters: parameters)
  }

  mutating func fromBob(_ text: String = "b") throws -> Message {
    try bob.encrypt(Array(text.utf8), associatedData: associatedData, parameters: parameters)
  }

  @discardableResult
  mutating func toBob(_ message: Message) throws -> String {
    String(decoding: try bob.decrypt(message, associatedData: associatedData, parameters: parameters), as: UTF8.self)
  }

  @discardableResult
  mutating func toAlice(_ message: Message) throws -> String {
    String(decoding: try alice.decrypt(message, associatedData: associatedData, parameters: parameters), as: UTF8.self)
  }

  /// One message each way, so that both sides open a new chain.
  mutating func turn() throws {
    try toBob(fromAlice())
    try toAlice(fromBob())
  }

  /// Alice's chain moves on by `count` messages that nobody will ever see.
  mutating func aliceLoses(_ count: UInt32) throws {
    var chain = try #require(alice.sending)
    for _ in 0..<count { chain.chainKey = chain.chainKey.next(NativeClassicSuite.self) }
    chain.next += count
    alice.sending = chain
  }
}

@Suite("The Double Ratchet")
struct DoubleRatchetTests {
  @Test("messages of one chain open in any order, each once")
  func anyOrder() throws {
    var pair = try Ratchets()
    var messages: [Ratchets.Message] = []
    for number in 0..<6 { messages.append(try pair.fromAlice("\(number)")) }
    for number in [4, 0, 5, 2, 1, 3] { #expect(try pair.toBob(messages[number]) == "\(number)") }
    for message in messages {
      #expect(throws: CryptoError.duplicateMessage) { try pair.toBob(message) }
    }
  }

  @Test("a responder that has received nothing cannot send")
  func responderFirst() throws {
    var pair = try Ratchets()
    #expect(throws: CryptoError.unknownSession) { try pair.fromBob() }
  }

  @Test("late messages of earlier chains open, and count as duplicates afterwards")
  func earlierChains() throws {
    var pair = try Ratchets()
    let late = try pair.fromAlice("late")
    try pair.turn()
    try pair.turn()
    #expect(try pair.toBob(late) == "late")
    #expect(throws: CryptoError.duplicateMessage) { try pair.toBob(late) }
  }

  @Test("any changed byte is refused and leaves the stored state byte for byte as it was")
  func tampering() throws {
    var pair = try Ratchets()
    try pair.turn()
    let skipped = try pair.fromAlice("skipped")
    try pair.toBob(pair.fromAlice())
    try pair.toAlice(pair.fromBob())
    let newChain = try pair.fromAlice("new chain")
    let before = pair.bob.stored
    for message in [skipped, newChain] {
      let header = message.header.encoded()
      for index in header.indices {
        var changed = header
        changed[index] ^= 1 << (index % 8)
        var reader = ByteReader(changed)
        let forged = Ratchets.Message(header: try RatchetHeader(from: &reader), ciphertext: message.ciphertext)
        #expect(throws: CryptoError.self) { try pair.toBob(forged) }
        #expect(pair.bob.stored == before)
      }
      for index in message.ciphertext.indices {
        var changed = message.ciphertext
        changed[index] ^= 1 << (index % 8)
        #expect(throws: CryptoError.authenticationFailed) {
          try pair.toBob(Ratchets.Message(header: message.header, ciphertext: changed))
        }
        #expect(pair.bob.stored == before)
      }
      #expect(throws: CryptoError.authenticationFailed) {
        try pair.bob.decrypt(message, associatedData: [1, 2], parameters: pair.parameters)
      }
      #expect(pair.bob.stored == before)
    }
    #expect(try pair.toBob(newChain) == "new chain")
    #expect(try pair.toBob(skipped) == "skipped")
  }

  @Test("25,000 messages can be jumped, one more cannot", arguments: [false, true])
  func jump(inNewChain: Bool) throws {
    var pair = try Ratchets()
    if !inNewChain { try pair.toBob(pair.fromAlice()) }
    let limit = RatchetParameters.defaultMaximumJump
    #expect(limit == 25_000)
    try pair.aliceLoses(limit)
    var tooFar = pair
    let fits = try pair.fromAlice("at the bound")
    _ = try tooFar.fromAlice()
    let over = try tooFar.fromAlice()
    let before = pair.bob.stored
    #expect(throws: CryptoError.tooFarAhead) { try pair.toBob(over) }
    #expect(pair.bob.stored == before)
    #expect(try pair.toBob(fits) == "at the bound")
    // What was jumped is kept up to its own bound.
    #expect(pair.bob.receiving.last?.skipped.count == RatchetParameters.defaultMaximumSkippedKeys)
    #expect(pair.bob.receiving.last?.skipped.last?.number == fits.header.number - 1)
    #expect(try pair.toBob(over) == "a")
  }

  @Test("a chain may end 25,000 messages beyond what was seen of it, not one more", arguments: [false, true])
  func jumpAtEndOfChain(over: Bool) throws {
    var pair = try Ratchets()
    try pair.turn()
    try pair.toBob(pair.fromAlice())
    try pair.aliceLoses(RatchetParameters.defaultMaximumJump + (over ? 1 : 0))
    try pair.toAlice(pair.fromBob())
    let next = try pair.fromAlice("next chain")
    if over {
      #expect(throws: CryptoError.tooFarAhead) { try pair.toBob(next) }
    } else {
      #expect(try pair.toBob(next) == "next chain")
    }
  }

  @Test("2,000 skipped keys are kept; one more drops the oldest")
  func skippedKeys() throws {
    var pair = try Ratchets()
    let limit = RatchetParameters.defaultMaximumSkippedKeys
    #expect(limit == 2_000)
    let first = try pair.fromAlice("first")
    let second = try pair.fromAlice("second")
    try pair.aliceLoses(UInt32(limit - 2))
    try pair.toBob(pair.fromAlice())
    var full = pair
    #expect(try full.toBob(first) == "first")
    // Another gap in the same chain makes it 2,001.
    _ = try pair.fromAlice()
    try pair.toBob(pair.fromAlice())
    #expect(throws: CryptoError.duplicateMessage) { try pair.toBob(first) }
    #expect(try pair.toBob(second) == "second")
  }

  @Test("the bound on skipped keys holds over all chains, oldest first")
  func skippedKeysOverChains() throws {
    var pair = try Ratchets()
    let old = try pair.fromAlice("old")
    try pair.turn()
    let recent = try pair.fromAlice("recent")
    try pair.aliceLoses(UInt32(RatchetParameters.defaultMaximumSkippedKeys - 1))
    try pair.toBob(pair.fromAlice())
    #expect(throws: CryptoError.duplicateMessage) { try pair.toBob(old) }
    #expect(try pair.toBob(recent) == "recent")
  }

  @Test("skipped keys of the last 5 chains are kept, those before go with their chain")
  func receivingChains() throws {
    var pair = try Ratchets()
    let late = try pair.fromAlice("late")
    for _ in 0..<RatchetParameters.defaultMaximumReceivingChains { try pair.turn() }
    var beyond = pair
    #expect(try pair.toBob(late) == "late")
    try beyond.turn()
    #expect(beyond.bob.receiving.count == RatchetParameters.defaultMaximumReceivingChains)
    let before = beyond.bob.stored
    #expect(throws: CryptoError.authenticationFailed) { try beyond.toBob(late) }
    #expect(beyond.bob.stored == before)
  }

  @Test("a number beyond a closed chain's length is refused")
  func closedChain() throws {
    var pair = try Ratchets()
    try pair.toBob(pair.fromAlice())
    var fork = pair
    try pair.toAlice(pair.fromBob())
    try pair.toBob(pair.fromAlice())
    #expect(throws: CryptoError.authenticationFailed) { try pair.toBob(fork.fromAlice()) }
  }

  @Test("a chain ends before its counter wraps")
  func exhaustion() throws {
    var pair = try Ratchets()
    pair.alice.sending?.next = UInt32.max
    #expect(throws: CryptoError.chainExhausted) { try pair.fromAlice() }
  }

  @Test("a ratchet key of low order is refused and changes nothing")
  func lowOrderKey() throws {
    var pair = try Ratchets()
    let message = try pair.fromAlice()
    let header = RatchetHeader<NativeClassicSuite>(
      ratchetKey: RemoteRatchetKey(bytes: [UInt8](repeating: 0, count: 32)), previousCount: 0, number: 0, sparse: [])
    let before = pair.bob.stored
    #expect(throws: CryptoError.invalidKey) {
      try pair.toBob(Ratchets.Message(header: header, ciphertext: message.ciphertext))
    }
    #expect(pair.bob.stored == before)
  }
}
