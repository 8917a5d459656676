// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Canonical encoding")
struct CanonicalTests {
  @Test(
    "a value in a longer form than it needs is read, but refused where canonical bytes are required",
    arguments: [
      // Integers: one below the first of each unsigned form, one past the last of each signed form, signed positives.
      "cc7f", "cd00ff", "ce0000ffff", "cf00000000ffffffff", "d0e0", "d1ff80", "d2ffff8000", "d3ffffffff80000000",
      "d000", "d17fff", "d27fffffff", "d37fffffffffffffff",
      // Strings and binary data.
      "d900", "d91f61616161616161616161616161616161616161616161616161616161616161", "da000161", "db0000000161",
      "c5000101", "c60000000101",
      // Containers.
      "dc0000", "dc000101", "dd0000000101", "de0000", "de00010101", "df000000010101",
      // Extensions with a fixed form, or a shorter length.
      "c7010500", "c702050000", "c70405 00000000", "c70805 0000000000000000",
      "c71005 00000000000000000000000000000000", "c8000005", "c80003 05 000000", "c900000003 05 000000",
      // Floats of 32 bits, and a NaN with a payload.
      "ca00000000", "cb7ff8000000000001",
    ])
  func longerForms(hex: String) throws {
    let input = bytes(hex: hex)
    _ = try MessagePackValue(decoding: input)
    #expect(throws: MessagePackError.nonCanonical) { try MessagePackValue(decoding: input, requireCanonical: true) }
    var reader = MessagePackReader(input, requireCanonical: true)
    #expect(throws: MessagePackError.nonCanonical) { try reader.skipValue() }
    #expect(reader.offset == 0)
    // The same value inside containers, where only the inner one is at fault.
    let nested = [0x92, 0xc0, 0x81, 0x01] + input
    #expect(throws: MessagePackError.nonCanonical) { try MessagePackValue(decoding: nested, requireCanonical: true) }
  }

  @Test("16-bit lengths and counts that would fit 8 bits, and 32-bit ones that would fit 16, are told apart exactly")
  func lengthBoundaries() throws {
    for (head, count) in [("c500ff", 255), ("c60000ffff", 65_535), ("da00ff", 255), ("db0000ffff", 65_535)] {
      try expectNonCanonical(bytes(hex: head) + [UInt8](repeating: 0x61, count: count))
    }
    for (head, count) in [("dc000f", 15), ("dd0000ffff", 65_535), ("de000f", 30), ("df0000ffff", 131_070)] {
      try expectNonCanonical(bytes(hex: head) + [UInt8](repeating: 0x01, count: count))
    }
    for (head, count) in [("c800ff05", 255), ("c90000ffff05", 65_535)] {
      try expectNonCanonical(bytes(hex: head) + [UInt8](repeating: 0x01, count: count))
    }
  }

  private func expectNonCanonical(_ input: [UInt8]) throws {
    var lenient = MessagePackReader(input)
    try lenient.skipValue()
    try lenient.finish()
    var strict = MessagePackReader(input, requireCanonical: true)
    #expect(throws: MessagePackError.nonCanonical) { try strict.skipValue() }
  }
}
