// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// A map of 8 fields with 256 bytes in it, as frames are.
enum Frames {
  private static let payload = [UInt8](repeating: 7, count: 256)
  private static let identifier = [UInt8](repeating: 9, count: 16)

  static func encode() -> [UInt8] {
    var writer = MessagePackWriter(reservingCapacity: 320)
    writer.writeMapHeader(count: 8)
    for field in 1...5 as ClosedRange<UInt8> {
      writer.write(field)
      writer.write(UInt64(field) << (8 * UInt64(field)))
    }
    writer.write(6 as UInt8)
    writer.writeBinary(identifier)
    writer.write(7 as UInt8)
    writer.write(true)
    writer.write(8 as UInt8)
    writer.writeBinary(payload)
    return writer.bytes
  }

  static func decode(_ bytes: [UInt8]) throws(MessagePackError) -> Int {
    var reader = MessagePackReader(bytes)
    var sum = 0
    for _ in 0..<(try reader.readMapHeader()) {
      switch try reader.readUInt8() {
      case 6, 8: sum &+= try reader.readBinary().count
      case 7: sum &+= try reader.readBool() ? 1 : 0
      default: sum &+= Int(truncatingIfNeeded: try reader.readUInt64())
      }
    }
    try reader.finish()
    return sum
  }

  static func times(by primitives: Primitives) throws -> [Measurement] {
    let bytes = encode()
    var sum = 0
    let results = [
      try Measurement.measure("write a map of 8 fields and 256 bytes", by: primitives.hmac) { _ in
        sum &+= encode().count
      },
      try Measurement.measure("read a map of 8 fields and 256 bytes", by: primitives.hmac) { _ in
        sum &+= try decode(bytes)
      },
    ]
    // So that nothing of it is superfluous.
    precondition(sum != 1)
    return results
  }
}
