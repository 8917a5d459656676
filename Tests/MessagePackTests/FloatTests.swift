// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Floating-point numbers")
struct FloatTests {
  @Test(
    "64 bits are kept exactly",
    arguments: [0, -0.0, 0.1, 1, .pi, -.infinity, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude])
  func exact(value: Double) throws {
    var writer = MessagePackWriter()
    writer.write(value)
    #expect(writer.bytes.count == 9)
    var reader = MessagePackReader(writer.bytes, requireCanonical: true)
    #expect(try reader.readDouble().bitPattern == value.bitPattern)
    try reader.finish()
  }

  @Test("every NaN is written as one, and only that one is canonical")
  func notANumber() throws {
    for nan in [Double.nan, -.nan, .signalingNaN, Double(nan: 7, signaling: false)] {
      var writer = MessagePackWriter()
      writer.write(nan)
      #expect(writer.bytes == bytes(hex: "cb7ff8000000000000"))
    }
    var canonical = MessagePackReader(bytes(hex: "cb7ff8000000000000"), requireCanonical: true)
    #expect(try canonical.readDouble().isNaN)
    let other = bytes(hex: "cbfff8000000000001")
    var lenient = MessagePackReader(other)
    #expect(try lenient.readDouble().isNaN)
    var strict = MessagePackReader(other, requireCanonical: true)
    #expect(throws: MessagePackError.nonCanonical) { try strict.readDouble() }
  }

  @Test("an integer is read as a float where that is exact")
  func integers() throws {
    var reader = MessagePackReader(bytes(hex: "07 e0 cf0020000000000000 d38000000000000000"))
    #expect(try reader.readDouble() == 7)
    #expect(try reader.readDouble() == -32)
    #expect(try reader.readDouble() == 9_007_199_254_740_992)
    #expect(try reader.readDouble() == -0x1p63)
    try reader.finish()
    for hex in ["cf0020000000000001", "cfffffffffffffffff", "d38000000000000001"] {
      var inexact = MessagePackReader(bytes(hex: hex))
      #expect(throws: MessagePackError.integerOutOfRange) { try inexact.readDouble() }
      #expect(inexact.offset == 0)
    }
    var strict = MessagePackReader([7], requireCanonical: true)
    #expect(throws: MessagePackError.nonCanonical) { try strict.readDouble() }
  }

  @Test("a 32-bit float is read from every form that holds it exactly")
  func narrow() throws {
    var reader = MessagePackReader(bytes(hex: "ca3f000000 cb3fe0000000000000 05 ca7fc00000 cb7ff0000000000000"))
    #expect(try reader.readFloat() == 0.5)
    #expect(try reader.readFloat() == 0.5)
    #expect(try reader.readFloat() == 5)
    #expect(try reader.readFloat().isNaN)
    #expect(try reader.readFloat() == .infinity)
    try reader.finish()
    for hex in ["cb3fb999999999999a", "ce01000001", "cb7fefffffffffffff"] {
      var inexact = MessagePackReader(bytes(hex: hex))
      #expect(throws: MessagePackError.integerOutOfRange) { try inexact.readFloat() }
      #expect(inexact.offset == 0)
    }
  }
}
