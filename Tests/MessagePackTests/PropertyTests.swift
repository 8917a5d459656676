// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Properties")
struct PropertyTests {
  private let limits = MessagePackLimits(depth: 5, length: 4 * 65_540)

  @Test("what is written is read back, and its bytes are canonical", arguments: 1...8 as ClosedRange<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<250 {
      let value = generator.value(depth: 4)
      let encoding = try value.encoded()
      let decoded = try MessagePackValue(decoding: encoding, limits: limits, requireCanonical: true)
      // Equality of strings is canonical equivalence, so the bytes are compared as well.
      #expect(decoded == value)
      #expect(try decoded.encoded() == encoding)
      var reader = MessagePackReader(encoding, limits: limits, requireCanonical: true)
      #expect(try reader.readEncodedValue() == encoding[...])
      #expect(reader.isAtEnd)
    }
  }

  @Test("a value that is cut anywhere is refused as truncated", arguments: 1...4 as ClosedRange<UInt64>)
  func truncation(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let encoding = try generator.value(depth: 4).encoded()
      let step = max(1, encoding.count / 2_000)
      for end in stride(from: 0, to: encoding.count, by: step) {
        var reader = MessagePackReader(encoding[..<end], limits: limits)
        let skipped = Result { () throws(MessagePackError) in try reader.skipValue() }
        let read = Result { () throws(MessagePackError) in try reader.readValue() }
        try #require(skipped.error == .truncated && read.error == .truncated && reader.offset == 0)
      }
    }
  }

  @Test("random bytes are read or refused, by reading and skipping alike", arguments: 1...8 as ClosedRange<UInt64>)
  func randomBytes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5_000 {
      try expectAgreement(on: generator.bytes(count: Int.random(in: 0...48, using: &generator)))
    }
  }

  @Test("valid bytes with a few flipped are read or refused", arguments: 1...4 as ClosedRange<UInt64>)
  func damagedBytes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      var encoding = try generator.value(depth: 4).encoded()
      guard encoding.count < 5_000 else { continue }
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 0..<encoding.count, using: &generator)
        encoding[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      }
      try expectAgreement(on: encoding)
    }
  }

  @Test("every kind of read leaves the reader alone when it throws", arguments: 1...4 as ClosedRange<UInt64>)
  func failedReads(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let reads: [(inout MessagePackReader) throws -> Void] = [
      { try $0.readNil() },
      { _ = try $0.readBool() },
      { _ = try $0.readInteger(as: Int16.self) },
      { _ = try $0.readUInt64() },
      { _ = try $0.readDouble() },
      { _ = try $0.readFloat() },
      { _ = try $0.readString() },
      { _ = try $0.readBinary() },
      { _ = try $0.readExtension() },
      { _ = try $0.readTimestamp() },
      { _ = try $0.readArrayHeader() },
      { _ = try $0.readMapHeader() },
    ]
    for _ in 0..<2_000 {
      let input = generator.bytes(count: Int.random(in: 0...20, using: &generator))
      for read in reads {
        var reader = MessagePackReader(input, requireCanonical: generator.next() & 1 == 0)
        let outcome = Result { try read(&reader) }
        try #require(outcome.error == nil ? 1...input.count ~= reader.offset : reader.offset == 0)
      }
    }
  }

  /// Reads and skips the first value of `input`, leniently and canonically, and expects the same outcome of both.
  private func expectAgreement(on input: [UInt8]) throws {
    for requireCanonical in [false, true] {
      var reader = MessagePackReader(input, limits: limits, requireCanonical: requireCanonical)
      var skipper = reader
      let read = Result { () throws(MessagePackError) in try reader.readValue() }
      let skipped = Result { () throws(MessagePackError) in try skipper.skipValue() }
      try #require(read.error == skipped.error && reader.offset == skipper.offset)
      switch read {
      case .success(let value):
        let encoding = try value.encoded()
        if requireCanonical { try #require(encoding[...] == input[..<reader.offset]) }
      case .failure:
        try #require(reader.offset == 0)
      }
    }
  }
}

extension Result {
  fileprivate var error: Failure? {
    guard case .failure(let error) = self else { return nil }
    return error
  }
}
