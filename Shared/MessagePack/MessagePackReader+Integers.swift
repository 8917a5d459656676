// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackReader {
  /// Reads an integer in any of its forms.
  ///
  /// - Throws: `truncated`, `typeMismatch` (for a floating-point number too), `reservedByte`, `nonCanonical`, or
  ///   `integerOutOfRange` where the value does not fit.
  @inlinable
  public mutating func readInteger<T: FixedWidthInteger>(as type: T.Type = T.self) throws(MessagePackError) -> T {
    let first = try firstByte()
    if first < 0x80 {
      position += 1
      return T(truncatingIfNeeded: first)
    }
    let start = position
    let (bits, isNegative) = try takeInteger()
    guard let value = isNegative ? T(exactly: Int64(bitPattern: bits)) : T(exactly: bits) else {
      position = start
      throw .integerOutOfRange
    }
    return value
  }

  /// Reads an integer from 0 to 2⁶⁴ - 1; see `readInteger(as:)`.
  @inlinable
  public mutating func readUInt64() throws(MessagePackError) -> UInt64 { try readInteger() }

  /// Reads an integer from -2⁶³ to 2⁶³ - 1; see `readInteger(as:)`.
  @inlinable
  public mutating func readInt64() throws(MessagePackError) -> Int64 { try readInteger() }

  /// Reads an integer from 0 to 2³² - 1; see `readInteger(as:)`.
  @inlinable
  public mutating func readUInt32() throws(MessagePackError) -> UInt32 { try readInteger() }

  /// Reads an integer from -2³¹ to 2³¹ - 1; see `readInteger(as:)`.
  @inlinable
  public mutating func readInt32() throws(MessagePackError) -> Int32 { try readInteger() }

  /// Reads an integer from 0 to 65 535; see `readInteger(as:)`.
  @inlinable
  public mutating func readUInt16() throws(MessagePackError) -> UInt16 { try readInteger() }

  /// Reads an integer from 0 to 255; see `readInteger(as:)`.
  @inlinable
  public mutating func readUInt8() throws(MessagePackError) -> UInt8 { try readInteger() }

  /// Reads an integer that fits `Int`; see `readInteger(as:)`.
  @inlinable
  public mutating func readInt() throws(MessagePackError) -> Int { try readInteger() }

  /// Takes the next integer, sign-extended to 64 bits.
  @usableFromInline
  mutating func takeInteger() throws(MessagePackError) -> (bits: UInt64, isNegative: Bool) {
    let first = try firstByte()
    let (bits, width): (UInt64, Int)
    switch first {
    case 0x00...0x7f: (bits, width) = (UInt64(first), 0)
    case 0xe0...0xff: (bits, width) = (UInt64(truncatingIfNeeded: Int8(bitPattern: first)), 0)
    case 0xcc: (bits, width) = (try number(width: 1, least: 0x80), 1)
    case 0xcd: (bits, width) = (try number(width: 2, least: 0x100), 2)
    case 0xce: (bits, width) = (try number(width: 4, least: 0x1_0000), 4)
    case 0xcf: (bits, width) = (try number(width: 8, least: 0x1_0000_0000), 8)
    case 0xd0: (bits, width) = (try signedNumber(width: 1, greatest: -0x21), 1)
    case 0xd1: (bits, width) = (try signedNumber(width: 2, greatest: -0x81), 2)
    case 0xd2: (bits, width) = (try signedNumber(width: 4, greatest: -0x8001), 4)
    case 0xd3: (bits, width) = (try signedNumber(width: 8, greatest: -0x8000_0001), 8)
    default: throw mismatch(first)
    }
    position += 1 + width
    return (bits, first >= 0xd0 && Int64(bitPattern: bits) < 0)
  }

  /// A two's complement number, sign-extended, which canonical input has in this form up to `greatest` only.
  @inline(__always)
  private func signedNumber(width: Int, greatest: Int64) throws(MessagePackError) -> UInt64 {
    let unused = 64 - 8 * width
    let value = Int64(bitPattern: try number(width: width) << unused) >> unused
    if requireCanonical, value > greatest { throw .nonCanonical }
    return UInt64(bitPattern: value)
  }
}
