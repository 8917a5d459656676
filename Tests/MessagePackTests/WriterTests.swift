// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Writer")
struct WriterTests {
  @Test(
    "a length takes the shortest head, at both ends of every form",
    arguments: [
      (0, "a0", "c400"), (31, "bf", "c41f"), (32, "d920", "c420"), (255, "d9ff", "c4ff"),
      (256, "da0100", "c50100"), (65_535, "daffff", "c5ffff"), (65_536, "db00010000", "c600010000"),
    ])
  func lengths(count: Int, string: String, binary: String) throws {
    let content = [UInt8](repeating: 0x61, count: count)
    var writer = MessagePackWriter()
    writer.writeString(String(decoding: content, as: UTF8.self))
    #expect(writer.bytes == bytes(hex: string) + content)
    writer.removeAll()
    writer.writeBinary(content)
    #expect(writer.bytes == bytes(hex: binary) + content)
    writer.removeAll()
    writer.writeBinary(([1] + content).dropFirst())
    #expect(writer.bytes == bytes(hex: binary) + content)

    var reader = MessagePackReader(writer.bytes, requireCanonical: true)
    #expect(try reader.readBinary() == content[...])
    try reader.finish()
  }

  @Test(
    "a count takes the shortest head, at both ends of every form",
    arguments: [
      (0, "90", "80"), (15, "9f", "8f"), (16, "dc0010", "de0010"), (65_535, "dcffff", "deffff"),
      (65_536, "dd00010000", "df00010000"), (0xffff_ffff, "ddffffffff", "dfffffffff"),
    ])
  func counts(count: Int, array: String, map: String) {
    var writer = MessagePackWriter()
    writer.writeArrayHeader(count: count)
    #expect(writer.bytes == bytes(hex: array))
    writer.removeAll()
    writer.writeMapHeader(count: count)
    #expect(writer.bytes == bytes(hex: map))
  }

  @Test(
    "an extension takes the shortest head",
    arguments: [
      (0, "c700fb"), (1, "d4fb"), (2, "d5fb"), (3, "c703fb"), (4, "d6fb"), (5, "c705fb"), (8, "d7fb"), (16, "d8fb"),
      (17, "c711fb"), (255, "c7fffb"), (256, "c80100fb"), (65_535, "c8fffffb"), (65_536, "c900010000fb"),
    ])
  func extensions(count: Int, hex: String) throws {
    let payload = [UInt8](repeating: 9, count: count)
    var writer = MessagePackWriter()
    writer.writeExtension(type: -5, payload)
    #expect(writer.bytes == bytes(hex: hex) + payload)
    var sliced = MessagePackWriter()
    sliced.writeExtension(type: -5, payload[...])
    #expect(sliced.bytes == writer.bytes)

    var reader = MessagePackReader(writer.bytes, requireCanonical: true)
    let (type, read) = try reader.readExtension()
    #expect(type == -5)
    #expect(read == payload[...])
    try reader.finish()
  }

  @Test("a small map's count is set once it is known", arguments: 0...15)
  func smallMap(count: Int) throws {
    var writer = MessagePackWriter(reservingCapacity: 64)
    writer.writeNil()
    let position = writer.reserveSmallMapHeader()
    for key in 0..<count {
      writer.write(key)
      writer.write(true)
    }
    writer.setSmallMapHeader(at: position, count: count)

    var reader = MessagePackReader(writer.bytes, requireCanonical: true)
    try reader.readNil()
    #expect(try reader.readMapHeader() == count)
    for key in 0..<count {
      #expect(try reader.readInt() == key)
      #expect(try reader.readBool())
    }
    try reader.finish()
  }

  @Test("what is encoded already is taken as it is")
  func encoded() throws {
    var writer = MessagePackWriter()
    writer.writeEncoded([0x92, 0x01])
    writer.writeEncoded([0xff, 0xc2][1...])
    #expect(writer.bytes == [0x92, 0x01, 0xc2])
    #expect(writer.count == 3)
    writer.removeAll()
    #expect(writer.bytes.isEmpty)
  }

  @Test("a string's length is that of its UTF-8")
  func unicode() throws {
    var writer = MessagePackWriter()
    writer.writeString("Привет, 🌍")
    var reader = MessagePackReader(writer.bytes, requireCanonical: true)
    #expect(writer.bytes.first == 0xb2)
    #expect(try reader.readString() == "Привет, 🌍")
  }
}
