// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CryptoCore

@Suite("Erasure code")
struct ErasureCodeTests {
  /// The chunks of every message that suites 2 and 3 send.
  static let counts = [3, 5, 6, 30, 36, 44, 48]

  private func message(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    (0..<count * FieldVector.size).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  @Test("any chunks rebuild the message as soon as there are as many as it has, in any order", arguments: counts)
  func anySubset(count: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    for last in [count - 1, count, count + 3, 2 * count, 65_535] {
      let message = message(count, &generator)
      let encoder = ChunkEncoder(message)
      let indices = (0...last).shuffled(using: &generator).prefix(count)
      var decoder = ChunkDecoder(size: message.count)
      for (position, index) in indices.enumerated() {
        let chunk = encoder.chunk(at: UInt16(index))
        var again = decoder
        let rebuilt = try decoder.add(chunk)
        if position < count - 1 {
          #expect(rebuilt == nil)
          // A chunk that comes again counts once.
          again = decoder
          #expect(try again.add(chunk) == nil && again.chunks == decoder.chunks)
        } else {
          #expect(rebuilt == message)
        }
      }
    }
  }

  @Test("a chunk that contradicts another is refused and changes nothing")
  func contradiction() throws {
    var generator = SeededGenerator(seed: 1)
    let (first, second) = (ChunkEncoder(message(5, &generator)), ChunkEncoder(message(5, &generator)))
    var decoder = ChunkDecoder(size: 160)
    for index in [7, 1, 4] as [UInt16] { _ = try decoder.add(first.chunk(at: index)) }
    let before = decoder.chunks
    #expect(before.map(\.index) == [1, 4, 7])
    #expect(throws: CryptoError.malformed) { _ = try decoder.add(second.chunk(at: 4)) }
    #expect(decoder.chunks == before)
  }

  @Test("an encoder sends its message first, goes on behind it, and begins again after 65,536 chunks")
  func order() {
    var generator = SeededGenerator(seed: 2)
    let message = message(3, &generator)
    var encoder = ChunkEncoder(message)
    let own = (0..<3).flatMap { _ in encoder.nextChunk().content.bytes }
    #expect(own == message && encoder.nextChunk().index == 3)
    var late = ChunkEncoder(message, next: .max)
    #expect(late.nextChunk().index == .max && late.nextChunk().index == 0)
  }

  @Test("every element but zero has an inverse")
  func inverses() {
    for bits in stride(from: UInt16(1), to: .max, by: 257) {
      let element = FieldElement(bits: bits)
      #expect(element * element.inverse == .one)
    }
    #expect(FieldElement.zero.inverse == .zero)
  }
}
