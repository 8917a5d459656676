// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "a longer form than the moment needs is read, but is not canonical",
    arguments: [
      "d7ff 0000000000000001", "c70cff 00000000 0000000000000001", "c704ff 00000001",
      "c70cff 00000001 00000003ffffffff",
    ])
  func longerForms(hex: String) throws {
    let input = bytes(hex: hex)
    var lenient = MessagePackReader(input)
    _ = try lenient.readTimestamp()
    try lenient.finish()
    var canonical = MessagePackReader(input, requireCanonical: true)
    #expect(throws: MessagePackError.nonCanonical) { try canonical.readTimestamp() }
    #expect(canonical.offset == 0)
  }

  @Test("a second's worth of nanoseconds is refused")
  func nanoseconds() throws {
    #expect(throws: MessagePackError.integerOutOfRange) {
      try MessagePackTimestamp(seconds: 0, nanoseconds: 1_000_000_000)
    }
    for hex in ["d7ff ee6b280000000000", "c70cff 3b9aca00 0000000000000000"] {
      var reader = MessagePackReader(bytes(hex: hex))
      #expect(throws: MessagePackError.integerOutOfRange) { try reader.readTimestamp() }
      #expect(reader.offset == 0)
    }
  }

  @Test("another extension type, and another length, is no timestamp", arguments: ["d600 00000001", "d5ff 0001", "c0"])
  func noTimestamp(hex: String) {
    var reader = MessagePackReader(bytes(hex: hex))
    #expect(throws: MessagePackError.typeMismatch) { try reader.readTimestamp() }
    #expect(reader.offset == 0)
  }
}
