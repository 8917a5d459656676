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
    let (bits, width) = try integerBits(first)
    let isNegative = first >= 0xd0 && Int64(bitPattern: bits) < 0
    guard let value = isNegative ? T(exactly: Int64(bitPattern: bits)) : T(exactly: bits) else {
      throw .integerOutOfRange
    }
    position += 1 + width
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

  /// The integer that begins with `first`, sign-extended to 64 bits, and the bytes that follow `first`.
  @inlinable
  func integerBits(_ first: UInt8) throws(MessagePackError) -> (bits: UInt64, width: Int) {
    switch first {
    case 0x00...0x7f: return (UInt64(first), 0)
    case 0xe0...0xff: return (UInt64(truncatingIfNeeded: Int8(bitPattern: first)), 0)
    case 0xcc: return (try unsigned(width: 1, least: 0x80), 1)
    case 0xcd: return (try unsigned(width: 2, least: 0x100), 2)
    case 0xce: return (try unsigned(width: 4, least: 0x1_0000), 4)
    case 0xcf: return (try unsigned(width: 8, least: 0x1_0000_0000), 8)
    case 0xd0: return (try signed(width: 1, greatest: -0x21), 1)
    case 0xd1: return (try signed(width: 2, greatest: -0x81), 2)
    case 0xd2: return (try signed(width: 4, greatest: -0x8001), 4)
    case 0xd3: return (try signed(width: 8, greatest: -0x8000_0001), 8)
    default: throw mismatch(first)
    }
  }

  @inlinable
  func unsigned(width: Int, least: UInt64) throws(MessagePackError) -> UInt64 {
    let value = try number(width: width)
    if requireCanonical, value < least { throw .nonCanonical }
    return value
  }

  @inlinable
  func signed(width: Int, greatest: Int64) throws(MessagePackError) -> UInt64 {
    let unused = 64 - 8 * width
    let value = Int64(bitPattern: try number(width: width) << unused) >> unused
    if requireCanonical, value > greatest { throw .nonCanonical }
    return UInt64(bitPattern: value)
  }
}
