// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Strings")
struct StringTests {
  /// Whether the bytes pass as a string; reading, which asks the standard library, and skipping, which asks the
  /// module's own check, have to agree.
  private func isString(_ content: [UInt8]) throws -> Bool {
    let input = [0xa0 | UInt8(content.count)] + content
    var reader = MessagePackReader(input)
    var skipper = MessagePackReader(input)
    do {
      let string = try reader.readString()
      #expect(Array(string.utf8) == content)
      try skipper.skipValue()
      return true
    } catch MessagePackError.invalidUTF8 {
      #expect(throws: MessagePackError.invalidUTF8) { try skipper.skipValue() }
      #expect(reader.offset == 0 && skipper.offset == 0)
      return false
    }
  }

  @Test("of one and two bytes, exactly the well-formed ones are strings")
  func shortest() throws {
    var count = 0
    for first in UInt8.min...UInt8.max {
      if try isString([first]) { count += 1 }
      for second in UInt8.min...UInt8.max where try isString([first, second]) { count += 1 }
    }
    // U+0000…U+007F alone, pairs of those, U+0080…U+07FF.
    #expect(count == 128 + 128 * 128 + 0x780)
  }

  @Test("longer sequences are strings exactly where no rule is broken at an edge")
  func longer() throws {
    let leads: [UInt8] = [0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff]
    let edges: [UInt8] = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xff]
    var count = 0
    for lead in leads {
      for second in edges {
        for third in edges {
          if try isString([lead, second, third]) { count += 1 }
          for fourth in edges where try isString([lead, second, third, fourth]) { count += 1 }
        }
      }
    }
    // Three bytes: df (6 seconds × 2 ASCII), e0 (2 × 6), e1 ec ee ef (6 × 6 each), ed (4 × 6).
    // Four bytes: df (6) and two ASCII bytes (2 × 2) or c2 with its second byte (6); each of the three-byte sequences
    // and an ASCII byte (2); f0 (4 × 36), f1 and f3 (6 × 36 each), f4 (2 × 36).
    let three = 6 * 2 + 2 * 6 + 4 * 36 + 4 * 6
    let four = 6 * 2 * 2 + 6 * 6 + (2 * 6 + 4 * 36 + 4 * 6) * 2 + 4 * 36 + 2 * 6 * 36 + 2 * 36
    #expect(count == three + four)
  }

  @Test("a sequence that the string's end cuts is refused, and the bytes behind it are not looked at")
  func cutSequence() {
    for hex in ["a1c3a9", "a2e282ac", "a3f09f8dba"] {
      var reader = MessagePackReader(bytes(hex: hex))
      #expect(throws: MessagePackError.invalidUTF8) { try reader.readString() }
      #expect(throws: MessagePackError.invalidUTF8) { try reader.skipValue() }
    }
  }

  @Test("a map key that is no string by its bytes is refused wherever it is nested")
  func nestedInvalid() {
    var reader = MessagePackReader(bytes(hex: "9181a1ffc0"))
    #expect(throws: MessagePackError.invalidUTF8) { try reader.skipValue() }
    #expect(throws: MessagePackError.invalidUTF8) { try reader.readValue() }
  }
}
