// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Integers")
struct IntegerTests {
  /// The first and the last number of every form, and numbers next to them.
  static let unsigned: [(value: UInt64, hex: String)] = [
    (0, "00"), (0x7f, "7f"), (0x80, "cc80"), (0xff, "ccff"), (0x100, "cd0100"), (0xffff, "cdffff"),
    (0x1_0000, "ce00010000"), (0xffff_ffff, "ceffffffff"), (0x1_0000_0000, "cf0000000100000000"),
    (0x7fff_ffff_ffff_ffff, "cf7fffffffffffffff"), (0x8000_0000_0000_0000, "cf8000000000000000"),
    (.max, "cfffffffffffffffff"),
  ]
  static let negative: [(value: Int64, hex: String)] = [
    (-1, "ff"), (-0x20, "e0"), (-0x21, "d0df"), (-0x80, "d080"), (-0x81, "d1ff7f"), (-0x8000, "d18000"),
    (-0x8001, "d2ffff7fff"), (-0x8000_0000, "d280000000"), (-0x8000_0001, "d3ffffffff7fffffff"),
    (.min, "d38000000000000000"),
  ]

  @Test("every unsigned form begins and ends where it should", arguments: unsigned)
  func unsignedForms(value: UInt64, hex: String) throws {
    var writer = MessagePackWriter()
    writer.write(value)
    #expect(writer.bytes == bytes(hex: hex))
    var reader = MessagePackReader(writer.bytes, requireCanonical: true)
    #expect(try reader.readUInt64() == value)
    try reader.finish()
    if let signed = Int64(exactly: value) {
      var writer = MessagePackWriter()
      writer.write(signed)
      #expect(writer.bytes == bytes(hex: hex))
    }
  }

  @Test("every negative form begins and ends where it should", arguments: negative)
  func negativeForms(value: Int64, hex: String) throws {
    var writer = MessagePackWriter()
    writer.write(value)
    #expect(writer.bytes == bytes(hex: hex))
    var reader = MessagePackReader(writer.bytes, requireCanonical: true)
    #expect(try reader.readInt64() == value)
    try reader.finish()
    var unsigned = MessagePackReader(writer.bytes)
    #expect(throws: MessagePackError.integerOutOfRange) { try unsigned.readUInt64() }
    #expect(unsigned.offset == 0)
  }

  @Test("a read accepts exactly the range of the type asked for")
  func ranges() throws {
    try expectRange(of: UInt8.self)
    try expectRange(of: UInt16.self)
    try expectRange(of: UInt32.self)
    try expectRange(of: UInt64.self)
    try expectRange(of: UInt.self)
    try expectRange(of: Int8.self)
    try expectRange(of: Int16.self)
    try expectRange(of: Int32.self)
    try expectRange(of: Int64.self)
    try expectRange(of: Int.self)
  }

  private func expectRange<T: FixedWidthInteger>(of type: T.Type) throws {
    let values = Self.unsigned.map { Int128($0.value) } + Self.negative.map { Int128($0.value) }
    let encodings = (Self.unsigned.map(\.hex) + Self.negative.map(\.hex)).map { bytes(hex: $0) }
    for (value, encoding) in zip(values, encodings) {
      var reader = MessagePackReader(encoding)
      if let expected = T(exactly: value) {
        #expect(try reader.readInteger(as: T.self) == expected)
        var writer = MessagePackWriter()
        writer.write(expected)
        #expect(writer.bytes == encoding)
      } else {
        #expect(throws: MessagePackError.integerOutOfRange) { try reader.readInteger(as: T.self) }
        #expect(reader.offset == 0)
      }
    }
  }

  @Test("the named reads are the generic one")
  func namedReads() throws {
    var reader = MessagePackReader(bytes(hex: "ccff cdffff ceffffffff d3ffffffffffffffff d280000000 d000"))
    #expect(try reader.readUInt8() == 0xff)
    #expect(try reader.readUInt16() == 0xffff)
    #expect(try reader.readUInt32() == 0xffff_ffff)
    #expect(try reader.readInt64() == -1)
    #expect(try reader.readInt32() == .min)
    #expect(try reader.readInt() == 0)
    try reader.finish()
  }

  @Test("a floating-point number is no integer, even if it is whole", arguments: ["ca3f800000", "cb3ff0000000000000"])
  func floats(hex: String) {
    var reader = MessagePackReader(bytes(hex: hex))
    #expect(throws: MessagePackError.typeMismatch) { try reader.readInt64() }
    #expect(reader.offset == 0)
  }
}
