// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Computed vectors")
struct NestedVectorTests {
  @Test("each value is written in its smallest form, and read back from it")
  func valid() throws {
    let cases = try #require(VectorFile.nested.parsed()["valid"]).elements
    #expect(cases.count == 24)
    for vector in cases {
      let value = try #require(vector["value"])
      let encoding = bytes(hex: try #require(vector["msgpack"]?.text))
      #expect(try value.encoded() == encoding)
      #expect(try MessagePackValue(decoding: encoding, requireCanonical: true) == value)

      var reader = MessagePackReader(encoding)
      #expect(try reader.readEncodedValue() == encoding[...])
      try reader.finish()
    }
  }

  @Test("each invalid input is refused by reading and by skipping")
  func invalid() throws {
    let cases = try #require(VectorFile.nested.parsed()["invalid"]).elements
    #expect(cases.count == 6)
    for vector in cases {
      let input = bytes(hex: try #require(vector["msgpack"]?.text))
      let name = try #require(vector["name"]?.text)
      let expected: MessagePackError =
        switch name {
        case "reserved byte": .reservedByte
        case "array32 count beyond input": .tooLong
        default: .truncated
        }
      #expect(throws: expected, "\(name)") { try MessagePackValue(decoding: input) }
      var reader = MessagePackReader(input)
      #expect(throws: expected, "\(name)") { try reader.skipValue() }
      #expect(reader.offset == 0)
    }
  }
}
