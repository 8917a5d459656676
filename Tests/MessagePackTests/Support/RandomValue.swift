// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack

extension SeededGenerator {
  /// A value that reads back as itself, with at most `depth` levels of containers.
  mutating func value(depth: Int) -> MessagePackValue {
    switch Int.random(in: 0...(depth > 0 ? 10 : 8), using: &self) {
    case 0: .nil
    case 1: .bool(Bool.random(using: &self))
    case 2: .integer(integer())
    case 3: .integer(-1 - Int64(bitPattern: integer() >> 1))
    case 4: .double(double())
    case 5: .string(string(count: length()))
    case 6: .binary(bytes(count: length()))
    case 7: .extension(type: Int8.random(in: -128...127, using: &self), payload: bytes(count: length()))
    case 8: .string(string(count: Int.random(in: 0...8, using: &self)))
    case 9: .array((0..<count()).map { _ in value(depth: depth - 1) })
    default: .map((0..<count()).map { _ in .init(value(depth: depth - 1), value(depth: depth - 1)) })
    }
  }

  private mutating func double() -> Double {
    let special: [Double] = [0, -0.0, 1, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    if next() & 3 == 0, let value = special.randomElement(using: &self) { return value }
    let value = Double(bitPattern: next())
    return value.isNaN ? 0.5 : value
  }

  private mutating func string(count: Int) -> String {
    var string = ""
    for _ in 0..<count {
      let bits = UInt32.random(in: 1...20, using: &self)
      let scalar = Unicode.Scalar(UInt32.random(in: 0..<(1 << bits), using: &self))
      string.unicodeScalars.append(scalar ?? "\u{fffd}")
    }
    return string
  }

  /// Mostly short, now and then beyond a 16-bit length.
  private mutating func length() -> Int {
    switch Int.random(in: 0...99, using: &self) {
    case 0: Int.random(in: 65_530...65_540, using: &self)
    case 1...15: Int.random(in: 250...260, using: &self)
    default: Int.random(in: 0...36, using: &self)
    }
  }

  private mutating func count() -> Int {
    Int.random(in: 0...9, using: &self) == 0 ? 17 : Int.random(in: 0...3, using: &self)
  }
}
