// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

/// What a malicious other side could write: its messages are authentic, their content is not what the braid expects.
@Suite("Hostile sparse headers")
struct BraidHostilityTests {
  @Test("every cut, surplus, unknown or padded form of a header is malformed")
  func layouts() throws {
    let whole = header(300, 70_000, .vector(chunk(65_535)))
    #expect(whole.count == 1 + 2 + 3 + 1 + 3 + 32)
    #expect(try BraidMessage(encoded: whole).encoded == whole)
    for count in 0..<whole.count {
      #expect(throws: CryptoError.malformed) { try BraidMessage(encoded: Array(whole[..<count])) }
    }
    #expect(throws: CryptoError.malformed) { try BraidMessage(encoded: whole + [0]) }
    #expect(throws: CryptoError.unsupportedVersion) { try BraidMessage(encoded: [2] + whole.dropFirst()) }
    let wrong: [[UInt8]] = [
      [1, 0, 1, 0], [1, 1, 0, 0],  // epoch 0, key 0
      [1, 1, 1, 7],  // a type that there is not
      [1, 0x81, 0, 1, 0],  // 1 in two bytes
      [1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0],  // a key beyond 32 bits
      [1] + [UInt8](repeating: 0xFF, count: 10) + [1, 1, 0],  // an epoch beyond 64 bits
      [1, 1, 1, 5, 0x80, 0x80, 4] + [UInt8](repeating: 0, count: 32),  // a chunk beyond 16 bits
    ]
    for bytes in wrong { #expect(throws: CryptoError.malformed, "\(bytes)") { try BraidMessage(encoded: bytes) } }
  }

  @Test("huge epochs and key numbers are refused at once, the bound exactly at it and one beyond")
  func numbers() throws {
    try HostileSide<Braid768>().numbers()
    try HostileSide<Braid1024>().numbers()
  }

  @Test("the messages of an epoch are readable until two later ones were sent in")
  func oldEpochs() throws {
    try HostileSide<Braid768>().oldEpochs()
    try HostileSide<Braid1024>().oldEpochs()
  }

  @Test("an epoch that the other side cannot be in is refused in every phase")
  func epochs() throws {
    try HostileSide<Braid768>().epochs()
    try HostileSide<Braid1024>().epochs()
  }

  @Test("a header with a wrong MAC is refused when it is complete")
  func headerMAC() throws {
    try HostileSide<Braid768>().headerMAC()
    try HostileSide<Braid1024>().headerMAC()
  }

  @Test(
    "a vector that is not the promised one, or not canonical, is refused when it is complete", arguments: [true, false])
  func vectors(canonical: Bool) throws {
    try HostileSide<Braid768>().vectors(canonical: canonical)
    try HostileSide<Braid1024>().vectors(canonical: canonical)
  }

  @Test("a ciphertext with a changed part or MAC is refused when it is complete")
  func ciphertexts() throws {
    try HostileSide<Braid768>().ciphertexts()
    try HostileSide<Braid1024>().ciphertexts()
  }

  @Test("contradictory chunks are malformed, and what does not fit the phase changes nothing")
  func chunks() throws {
    try HostileSide<Braid768>().chunks()
    try HostileSide<Braid1024>().chunks()
  }
}

private func header(_ epoch: UInt64, _ index: UInt32, _ payload: BraidMessage.Payload = .none) -> [UInt8] {
  BraidMessage(epoch: epoch, keyIndex: index, payload: payload).encoded
}

private func chunk(_ index: UInt16, _ byte: UInt8 = 0x55) -> Chunk {
  Chunk(index: index, content: FieldVector([UInt8](repeating: byte, count: 32), at: 0))
}

private struct HostileSide<Profile: BraidProfile> {
  typealias Pair = BraidPair<Profile>

  func numbers() throws {
    let pair = try Pair()
    var ratchet = pair.ratchets[1]
    for epoch in [2, 3, 1 << 40, UInt64.max - 1] {
      #expect(throws: CryptoError.authenticationFailed) { try ratchet.receivingKey(header: header(epoch, 1)) }
    }
    #expect(throws: CryptoError.tooFarAhead) { try ratchet.receivingKey(header: header(1, 25_001)) }
    #expect(throws: CryptoError.tooFarAhead) { try ratchet.receivingKey(header: header(1, UInt32.max - 1)) }
    #expect(ratchet.serialized().isEqual(to: pair.ratchets[1].serialized()))
    _ = try ratchet.receivingKey(header: header(1, 25_000))
    #expect(ratchet.keys.epochs[0].skipped.map(\.number) == Array(23_000...24_999))
    #expect(throws: CryptoError.duplicateMessage) { try ratchet.receivingKey(header: header(1, 22_999)) }
    _ = try ratchet.receivingKey(header: header(1, 23_000))
    #expect(throws: CryptoError.duplicateMessage) { try ratchet.receivingKey(header: header(1, 23_000)) }
    // One more jump: the oldest keys make room.
    _ = try ratchet.receivingKey(header: header(1, 25_011))
    #expect(ratchet.keys.epochs[0].skipped.count == 2_000)
    #expect(ratchet.keys.epochs[0].skipped.first?.number == 23_010)
  }

  func oldEpochs() throws {
    var pair = try Pair()
    let late = try (0..<2).map { _ in try pair.send(from: 0) }
    while pair.ratchets[1].keys.sendingEpoch < 1 { try pair.roundTrip() }
    try pair.deliver(late[0])
    while pair.ratchets[1].keys.sendingEpoch < 2 { try pair.roundTrip() }
    #expect(throws: CryptoError.duplicateMessage) { try pair.ratchets[1].receivingKey(header: late[1].header) }
  }

  func epochs() throws {
    var pair = try Pair()
    for _ in 0..<100 {
      for party in 0...1 {
        let before = pair.ratchets[party].braid
        var braid = before
        let isSecondPart = before.state.tag == .ct2Sampled
        for distance in (isSecondPart ? 2 : 1)...3 as ClosedRange<UInt64> {
          #expect(throws: CryptoError.authenticationFailed) {
            try braid.receive(epoch: before.epoch + distance, .none)
          }
        }
        #expect(braid.state.tag == before.state.tag && braid.epoch == before.epoch)
      }
      try pair.roundTrip()
    }
  }

  func headerMAC() throws {
    var pair = try Pair()
    _ = try pair.send(from: 0)
    guard case .keysSampled(_, let encoder) = pair.ratchets[0].braid.state else { throw CryptoError.malformed }
    for flipped in [0, 40, 64, 95] {
      var message = encoder.message
      message[flipped] ^= 1
      let forged = ChunkEncoder(message)
      var braid = pair.ratchets[1].braid
      for index in 0..<2 as Range<UInt16> { _ = try braid.receive(epoch: 1, .header(forged.chunk(at: index))) }
      #expect(throws: CryptoError.authenticationFailed) {
        try braid.receive(epoch: 1, .header(forged.chunk(at: 2)))
      }
      #expect(braid.state.tag == .noHeaderReceived)
    }
  }

  func vectors(canonical: Bool) throws {
    var pair = try Pair()
    try pair.advance(1, to: .ct1Sampled)
    guard case .headerSent(_, let encoder, _) = pair.ratchets[0].braid.state else { throw CryptoError.malformed }
    var message = encoder.message
    if canonical { message[100] ^= 1 } else { (message[0], message[1]) = (0xFF, message[1] | 0x0F) }
    let forged = ChunkEncoder(message)
    var braid = pair.ratchets[1].braid
    // A chunk of the true vector that had come before contradicts the forged one.
    if case .ct1Sampled(let offer, let firstPart, _) = braid.state {
      braid.state = .ct1Sampled(offer: offer, firstPart: firstPart, vector: ChunkDecoder(size: message.count))
    }
    let last = UInt16(message.count / 32 - 1)
    for index in 0..<last { _ = try braid.receive(epoch: 1, .vector(forged.chunk(at: index))) }
    #expect(throws: CryptoError.invalidKey) { try braid.receive(epoch: 1, .vector(forged.chunk(at: last))) }
    #expect(braid.state.tag == .ct1Sampled)
  }

  func ciphertexts() throws {
    var pair = try Pair()
    try pair.advance(0, to: .ct1Received)
    try pair.advance(1, to: .ct2Sampled)
    guard case .ct2Sampled(let encoder) = pair.ratchets[1].braid.state else { throw CryptoError.malformed }
    for flipped in [0, encoder.message.count - 33, encoder.message.count - 32, encoder.message.count - 1] {
      var message = encoder.message
      message[flipped] ^= 1
      let forged = ChunkEncoder(message)
      var braid = pair.ratchets[0].braid
      if case .ekSentCt1Received(let seed, let firstPart, _) = braid.state {
        braid.state = .ekSentCt1Received(
          seed: seed, firstPart: firstPart, secondPart: ChunkDecoder(size: message.count))
      }
      let last = UInt16(10 + message.count / 32 - 1)
      for index in 10..<last { _ = try braid.receive(epoch: 1, .secondPart(forged.chunk(at: index))) }
      var copy = braid
      #expect(throws: CryptoError.authenticationFailed) {
        try copy.receive(epoch: 1, .secondPart(forged.chunk(at: last)))
      }
      #expect(braid.epoch == 1)
    }
  }

  func chunks() throws {
    var pair = try Pair()
    try pair.advance(0, to: .headerSent)
    for _ in 0..<5 { try pair.roundTrip() }
    var key = pair.ratchets[0].braid
    var capsule = pair.ratchets[1].braid
    #expect(throws: CryptoError.malformed) { try key.receive(epoch: 1, .firstPart(chunk(2))) }
    #expect(throws: CryptoError.malformed) { try capsule.receive(epoch: 1, .vector(chunk(2))) }
    let stranger: [BraidMessage.Payload] = [.none, .acknowledgement, .header(chunk(0)), .secondPart(chunk(0))]
    let before = pair.ratchets.map { $0.serialized() }
    for payload in stranger + [.vector(chunk(99)), .vectorAcknowledging(chunk(99))] {
      #expect(try pair.ratchets[0].braid.receive(epoch: 1, payload) == nil)
    }
    for payload in stranger + [.firstPart(chunk(99))] {
      #expect(try pair.ratchets[1].braid.receive(epoch: 1, payload) == nil)
    }
    for party in 0...1 { #expect(pair.ratchets[party].serialized().isEqual(to: before[party])) }
  }
}
