// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Reader")
struct ReaderTests {
  @Test("the type of every first byte is told, and 0xc1 has none")
  func types() throws {
    var counts: [MessagePackType: Int] = [:]
    for first in UInt8.min...UInt8.max where first != 0xc1 {
      counts[try MessagePackReader([first]).peekType(), default: 0] += 1
    }
    #expect(
      counts == [
        .nil: 1, .bool: 2, .integer: 168, .float: 2, .string: 35, .binary: 3, .array: 18, .map: 18, .extension: 8,
      ])
    #expect(throws: MessagePackError.reservedByte) { try MessagePackReader([0xc1]).peekType() }
    #expect(throws: MessagePackError.truncated) { try MessagePackReader([]).peekType() }
  }

  @Test("each kind of read refuses every other type, and leaves it to be read")
  func mismatches() throws {
    let samples: [MessagePackValue] = [
      .nil, .bool(true), .uint(7), .int(-7), .double(0.5), .string("a"), .binary([1]), .array([.nil]),
      .map([.init(.nil, .nil)]), .extension(type: 1, payload: [1]),
    ]
    for sample in samples {
      var reader = MessagePackReader(try sample.encoded())
      let type = try reader.peekType()
      for read in Self.reads where !read.types.contains(type) {
        #expect(throws: MessagePackError.typeMismatch) { try read.body(&reader) }
        #expect(reader.offset == 0)
      }
      for read in Self.reads where read.types.contains(type) {
        var reader = reader
        try read.body(&reader)
        #expect(reader.offset > 0)
      }
    }
    for read in Self.reads {
      var reserved = MessagePackReader([0xc1])
      #expect(throws: MessagePackError.reservedByte) { try read.body(&reserved) }
      var empty = MessagePackReader([])
      #expect(throws: MessagePackError.truncated) { try read.body(&empty) }
    }
  }

  private struct Read {
    let types: Set<MessagePackType>
    let body: (inout MessagePackReader) throws -> Void
  }

  private static var reads: [Read] {
    [
      Read(types: [.nil]) { try $0.readNil() },
      Read(types: [.bool]) { _ = try $0.readBool() },
      Read(types: [.integer]) { _ = try $0.readInt64() },
      Read(types: [.integer, .float]) { _ = try $0.readDouble() },
      Read(types: [.integer, .float]) { _ = try $0.readFloat() },
      Read(types: [.string]) { _ = try $0.readString() },
      Read(types: [.binary]) { _ = try $0.readBinary() },
      Read(types: [.extension]) { _ = try $0.readExtension() },
      Read(types: [.array]) { _ = try $0.readArrayHeader() },
      Read(types: [.map]) { _ = try $0.readMapHeader() },
    ]
  }

  @Test("an optional nil is taken where it is, and nothing else")
  func optionalNil() throws {
    var reader = MessagePackReader([0xc0, 0x01])
    let first = reader.readNilIfPresent()
    let second = reader.readNilIfPresent()
    #expect(try reader.readInt() == 1)
    let third = reader.readNilIfPresent()
    #expect([first, second, third] == [true, false, false])
  }

  @Test("position, what is left and the end are told")
  func position() throws {
    let input: [UInt8] = [0xff, 0xff, 0xcd, 0x01, 0x02, 0xc0]
    var reader = MessagePackReader(input[2...])
    #expect((reader.offset, reader.remaining, reader.isAtEnd) == (0, 4, false))
    #expect(try reader.readUInt16() == 0x0102)
    #expect((reader.offset, reader.remaining, reader.isAtEnd) == (3, 1, false))
    #expect(throws: MessagePackError.trailingBytes) { try reader.finish() }
    try reader.readNil()
    #expect((reader.offset, reader.remaining, reader.isAtEnd) == (4, 0, true))
    try reader.finish()
  }

  @Test("a reader of a slice does not see what lies after it")
  func sliceEnd() {
    let input: [UInt8] = [0x93, 0xc4, 0x02, 0x01, 0x02]
    var binary = MessagePackReader(input[1..<4])
    #expect(throws: MessagePackError.truncated) { try binary.readBinary() }
    var array = MessagePackReader(input[0..<3])
    #expect(throws: MessagePackError.truncated) { try array.readArrayHeader() }
  }

  @Test("what a read returns is a slice of the input, not a copy")
  func zeroCopy() throws {
    var writer = MessagePackWriter()
    writer.writeArrayHeader(count: 3)
    writer.writeBinary([UInt8](repeating: 1, count: 300))
    writer.writeExtension(type: 4, [2, 3, 4])
    writer.writeEncoded([0x92, 0x05, 0xa1, 0x61])
    let input = [0xff] + writer.bytes + [0xff]

    var reader = MessagePackReader(input[1..<input.count - 1])
    _ = try reader.readArrayHeader()
    let binary = try reader.readBinary()
    #expect(binary.indices == 5..<305)
    let (_, payload) = try reader.readExtension()
    #expect(payload.indices == 308..<311)
    let encoded = try reader.readEncodedValue()
    #expect(encoded.indices == 311..<315)
    try reader.finish()

    let base = address(input[...])
    for slice in [binary, payload, encoded] {
      #expect(slice == input[slice.indices])
      #expect(address(slice) == base + slice.startIndex)
    }
  }

  private func address(_ slice: ArraySlice<UInt8>) -> Int {
    slice.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
  }
}
