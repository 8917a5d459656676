// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Limits")
struct LimitTests {
  private func nested(_ depth: Int) -> [UInt8] {
    [UInt8](repeating: 0x91, count: depth) + [0xc0]
  }

  @Test("containers nest to the limit and no deeper", arguments: [0, 1, 16, 100])
  func depth(limit: Int) throws {
    let limits = MessagePackLimits(depth: limit)
    var reader = MessagePackReader(nested(limit), limits: limits)
    try reader.skipValue()
    try reader.finish()
    _ = try MessagePackValue(decoding: nested(limit), limits: limits)

    var deeper = MessagePackReader(nested(limit + 1), limits: limits)
    #expect(throws: MessagePackError.tooDeep) { try deeper.skipValue() }
    #expect(deeper.offset == 0)
    #expect(throws: MessagePackError.tooDeep) { try deeper.readValue() }
    #expect(deeper.offset == 0)
    #expect(try deeper.readArrayHeader() == 1)
  }

  @Test("maps count towards the depth, through their keys and their values")
  func mapDepth() throws {
    let limits = MessagePackLimits(depth: 2)
    for hex in ["81c081c0c0", "8181c0c0c0", "919180"] {
      var reader = MessagePackReader(bytes(hex: hex), limits: limits)
      let isTooDeep = hex == "919180"
      if isTooDeep {
        #expect(throws: MessagePackError.tooDeep) { try reader.skipValue() }
      } else {
        try reader.skipValue()
        try reader.finish()
      }
    }
  }

  @Test("containers that the caller has entered count, until it leaves them")
  func enteredContainers() throws {
    var reader = MessagePackReader(nested(3) + nested(3), limits: MessagePackLimits(depth: 3))
    #expect(try reader.readArrayHeader() == 1)
    try reader.enterContainer()
    var inside = reader
    try inside.skipValue()
    #expect(try reader.readArrayHeader() == 1)
    try reader.enterContainer()
    try reader.enterContainer()
    #expect(throws: MessagePackError.tooDeep) { try reader.enterContainer() }
    #expect(throws: MessagePackError.tooDeep) { try reader.readValue() }
    reader.leaveContainer()
    #expect(try reader.readValue() == .array([.nil]))
    #expect(throws: MessagePackError.tooDeep) { try reader.skipValue() }
    reader.leaveContainer()
    reader.leaveContainer()
    try reader.skipValue()
    try reader.finish()
  }

  @Test("a value that could not be read leaves no container entered")
  func failedValue() throws {
    for hex in ["91c1", "8191c1c0"] {
      var reader = MessagePackReader(bytes(hex: hex), limits: MessagePackLimits(depth: 2))
      #expect(throws: MessagePackError.reservedByte) { try reader.readValue() }
      try reader.enterContainer()
      try reader.enterContainer()
      #expect(throws: MessagePackError.tooDeep) { try reader.enterContainer() }
    }
  }

  @Test("no limit lets a stranger's nesting exhaust the stack")
  func greatestDepth() throws {
    let limits = MessagePackLimits(depth: .max)
    var reader = MessagePackReader(nested(MessagePackLimits.greatestDepth), limits: limits)
    _ = try reader.readValue()
    var hostile = MessagePackReader([UInt8](repeating: 0x91, count: 1 << 20), limits: limits)
    #expect(throws: MessagePackError.tooDeep) { try hostile.skipValue() }
    #expect(throws: MessagePackError.tooDeep) { try hostile.readValue() }
  }

  @Test("a payload may be as long as the limit and no longer", arguments: ["c4", "c7", "d9"])
  func length(first: String) throws {
    let limits = MessagePackLimits(length: 10)
    let type: [UInt8] = first == "c7" ? [3] : []
    for (length, fits) in [(10, true), (11, false)] {
      let payload = [UInt8](repeating: 0x61, count: length)
      let input = bytes(hex: first) + [UInt8(length)] + type + payload
      var reader = MessagePackReader(input, limits: limits)
      if fits {
        try reader.skipValue()
        try reader.finish()
        _ = try MessagePackValue(decoding: input, limits: limits)
      } else {
        #expect(throws: MessagePackError.tooLong) { try reader.skipValue() }
        #expect(throws: MessagePackError.tooLong) { try MessagePackValue(decoding: input, limits: limits) }
      }
    }
  }

  @Test("a container may have as many elements as the limit and no more", arguments: [0x90, 0x80] as [UInt8])
  func count(first: UInt8) throws {
    let limits = MessagePackLimits(count: 3)
    for (count, fits) in [(UInt8(3), true), (4, false)] {
      let input = [first | count] + [UInt8](repeating: 0xc0, count: 8)
      var reader = MessagePackReader(input, limits: limits)
      if fits {
        try reader.skipValue()
      } else {
        #expect(throws: MessagePackError.tooLong) { try reader.skipValue() }
        #expect(throws: MessagePackError.tooLong) { try reader.readValue() }
      }
    }
  }

  @Test(
    "a huge length with few bytes is refused, whatever the limits",
    arguments: ["c6ffffffff00", "c9ffffffff0100", "dbffffffff61", "ddffffffffc0", "dfffffffffc0c0"])
  func hugeLengths(hex: String) {
    let input = bytes(hex: hex)
    let none = MessagePackLimits(depth: .max, length: .max, count: .max)
    for (limits, error) in [(MessagePackLimits.standard, MessagePackError.tooLong), (none, .truncated)] {
      var reader = MessagePackReader(input, limits: limits)
      #expect(throws: error) { try reader.skipValue() }
      #expect(throws: error) { try reader.readValue() }
      #expect(reader.offset == 0)
    }
  }

  @Test("a count that cannot fit in what is left is refused before anything is read")
  func countsBeyondInput() throws {
    for (hex, fits) in [("92c0c0", true), ("92c0", false), ("82c0c0c0c0", true), ("82c0c0c0", false)] {
      var reader = MessagePackReader(bytes(hex: hex))
      let isMap = try reader.peekType() == .map
      let outcome = Result { () throws(MessagePackError) in
        isMap ? try reader.readMapHeader() : try reader.readArrayHeader()
      }
      #expect(outcome == (fits ? .success(2) : .failure(.truncated)))
      #expect(reader.offset == (fits ? 1 : 0))
    }
    // Each level claims as much as is left after it: the claims add up, but only real elements are ever held.
    var input: [UInt8] = []
    for level in 0..<16 { input += [0xdc] + [UInt8((60_000 - 3 * level) >> 8), UInt8((60_000 - 3 * level) & 0xff)] }
    input += [UInt8](repeating: 0xc0, count: 60_100 - input.count)
    #expect(throws: MessagePackError.truncated) { try MessagePackValue(decoding: input) }
  }

  @Test("writing a value is bounded in depth too")
  func writingDepth() throws {
    let value = (0..<17).reduce(MessagePackValue.nil) { inner, _ in .array([inner]) }
    #expect(throws: MessagePackError.tooDeep) { try value.encoded() }
    #expect(try value.encoded(depth: 17) == nested(17))
    #expect(throws: MessagePackError.tooDeep) { try MessagePackValue.map([]).encoded(depth: 0) }
  }
}
