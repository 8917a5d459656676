// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Sessions with a sparse ratchet")
struct SparseSessionTests {
  private typealias Suite2 = NativeHybridSuite

  private func connected<Suite: CipherSuite>(_ suite: Suite.Type) throws -> [Party<Suite>] {
    var parties: [Party<Suite>] = [try Party(account: 1), try Party(account: 2)]
    try parties[0].initiate(parties[1].bundle(), of: parties[1].remote)
    try exchange(&parties)
    return parties
  }

  /// One message there and one back; answers their sizes.
  @discardableResult
  private func exchange<Suite: CipherSuite>(_ parties: inout [Party<Suite>]) throws -> [Int] {
    var sizes: [Int] = []
    for sender in 0...1 {
      let message = try parties[sender].send("text")
      sizes.append(message.bytes.count)
      #expect(try parties[1 - sender].receive(message, from: parties[sender].remote) == "text")
    }
    return sizes
  }

  @Test("a message of suite 2 is 6 or 39 bytes longer than one of suite 1, through two epochs")
  func messageSizes() throws {
    var classic = try connected(NativeClassicSuite.self)
    let plain = try exchange(&classic)
    #expect(plain == [227, 227])
    var parties = try connected(Suite2.self)
    var extra = Set<Int>()
    for _ in 0..<88 { extra.formUnion(try exchange(&parties).map { $0 - 227 }) }
    #expect(extra == [6, 39])
    #expect(parties.allSatisfy { $0.record.current?.ratchet.sparse.braid.epoch == 3 })
  }

  @Test("a stored session takes less than 12 KiB in every phase, at an initiator that nobody answered too")
  func storedSizes() throws {
    #expect(try largestSession(Suite2.self, rounds: 90) < 12_288)
    #expect(try largestSession(NativeHybridLevel5Suite.self, rounds: 115) < 12_288)
  }

  private func largestSession<Suite: CipherSuite>(_ suite: Suite.Type, rounds: Int) throws -> Int {
    var parties = try connected(suite)
    var largest = 0
    for _ in 0..<rounds {
      try exchange(&parties)
      for party in parties { largest = max(largest, party.record.serialized().count) }
    }
    var waiting: [Party<Suite>] = [try Party(account: 3), try Party(account: 4)]
    try waiting[0].initiate(waiting[1].bundle(), of: waiting[1].remote)
    _ = try waiting[0].send("unanswered")
    return max(largest, waiting[0].record.serialized().count)
  }

  @Test("a forged chunk in any phase changes nothing")
  func forgedChunks() throws {
    var parties = try connected(Suite2.self)
    for round in 0..<90 {
      for sender in 0...1 {
        let message = try parties[sender].send("text")
        // The sparse header, behind its length, stands behind prefix, tag, ratchet key, PN and N.
        let start = 3 + 8 + 32 + 8
        let length = Int(message.bytes[start]) << 8 | Int(message.bytes[start + 1])
        #expect(length >= 4)
        for offset in [1, 2, 3, 4, 2 + round % length, 1 + length] {
          var bytes = message.bytes
          bytes[start + offset] ^= 1
          let before = parties[1 - sender].record.serialized()
          #expect(throws: CryptoError.self) {
            try parties[1 - sender].receive(CiphertextMessage(bytes: bytes), from: parties[sender].remote)
          }
          #expect(parties[1 - sender].record.serialized().isEqual(to: before))
        }
        #expect(try parties[1 - sender].receive(message, from: parties[sender].remote) == "text")
      }
    }
  }

  @Test("a malformed sparse header is refused before the Double Ratchet computes anything, and its bounds come first")
  func order() throws {
    var parties = try connected(Suite2.self)
    var bytes = try parties[0].send("text").bytes
    func receive() throws { _ = try parties[1].receive(CiphertextMessage(bytes: bytes), from: parties[0].remote) }
    // The ratchet key behind prefix and tag becomes one that no agreement can be computed with.
    bytes.replaceSubrange(11..<43, with: [UInt8](repeating: 0, count: 32))
    #expect(throws: CryptoError.invalidKey) { try receive() }
    // The sparse header's version, behind PN, N and its length.
    bytes[53] = 2
    #expect(throws: CryptoError.unsupportedVersion) { try receive() }
    // N.
    bytes.replaceSubrange(47..<51, with: [0, 1, 0, 0])
    #expect(throws: CryptoError.tooFarAhead) { try receive() }
  }

  @Test(
    "2,000 skipped keys of each ratchet are kept in a record; the archived sessions least recently used lose theirs")
  func skippedKeysOfARecord() throws {
    var (alice, bob) = (try Party<Suite2>(account: 1), try Party<Suite2>(account: 2))
    /// Alice begins a session, and of her messages in it the last alone arrives.
    func session(losing count: Int) throws -> [CiphertextMessage] {
      try alice.initiate(bob.bundle(), of: bob.remote)
      let lost = try (0..<count).map { try alice.record.encrypt(Array("\($0)".utf8), now: 0) }
      #expect(try bob.receive(alice.send("last"), from: alice.remote) == "last")
      return lost
    }
    func kept() -> [[Int]] {
      ([bob.record.current].compactMap { $0 } + bob.record.archived).map {
        [$0.ratchet.skippedKeys, $0.ratchet.sparse.skippedKeys]
      }
    }
    let sessions = try [session(losing: 900), session(losing: 900), session(losing: 200)]
    #expect(kept() == [[200, 200], [900, 900], [900, 900]])
    _ = try session(losing: 1)
    #expect(kept() == [[1, 1], [200, 200], [900, 900], [0, 0]])
    #expect(throws: CryptoError.duplicateMessage) { try bob.receive(sessions[0][899], from: alice.remote) }
    #expect(try bob.receive(sessions[1][0], from: alice.remote) == "0")
    #expect(try bob.receive(sessions[2][0], from: alice.remote) == "0")
    #expect(kept() == [[199, 199], [899, 899], [1, 1], [0, 0]])
  }

  @Test("a message key needs both ratchets: without either one's secret it opens nothing")
  func bothRatchets() throws {
    for breaksSparse in [true, false] {
      var parties = try connected(Suite2.self)
      let message = try parties[0].send("text")
      // What somebody has who knows one ratchet of the receiver and not the other.
      var session = try #require(parties[1].record.current)
      if breaksSparse {
        session.ratchet.sparse = try Suite2.Sparse(
          isInitiator: false, seed: NativeCryptoProvider.randomSecret(count: 32))
      } else {
        session.ratchet.rootKey = RootKey(secret: try NativeCryptoProvider.randomSecret(count: 32))
        session.ratchet.receiving = []
      }
      #expect(throws: CryptoError.authenticationFailed) {
        _ = try session.decrypt(ParsedMessage<Suite2>(message))
      }
      #expect(try parties[1].receive(message, from: parties[0].remote) == "text")
    }
  }
}
