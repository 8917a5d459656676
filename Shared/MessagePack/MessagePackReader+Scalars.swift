// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackReader {
  /// Reads nil.
  ///
  /// - Throws: `truncated`, `typeMismatch` or `reservedByte`.
  @inlinable
  public mutating func readNil() throws(MessagePackError) {
    let first = try firstByte()
    guard first == 0xc0 else { throw mismatch(first) }
    position += 1
  }

  /// Reads nil if it is next, and says whether it was; anything else, the end of the input too, stays unread.
  @inlinable
  public mutating func readNilIfPresent() -> Bool {
    guard position < bytes.endIndex, bytes[position] == 0xc0 else { return false }
    position += 1
    return true
  }

  /// Reads a truth value.
  ///
  /// - Throws: `truncated`, `typeMismatch` or `reservedByte`.
  @inlinable
  public mutating func readBool() throws(MessagePackError) -> Bool {
    let first = try firstByte()
    guard first == 0xc2 || first == 0xc3 else { throw mismatch(first) }
    position += 1
    return first == 0xc3
  }

  /// Reads a floating-point number of 32 or 64 bits, or an integer that a `Double` holds exactly, since writers in
  /// some languages cannot tell 1 from 1.0. Canonical is the 64-bit form alone.
  ///
  /// - Throws: `truncated`, `typeMismatch`, `reservedByte`, `nonCanonical`, or `integerOutOfRange` for an integer that
  ///   would be rounded.
  public mutating func readDouble() throws(MessagePackError) -> Double {
    let first = try firstByte()
    switch first {
    case 0xcb:
      let value = Double(bitPattern: try number(width: 8))
      if requireCanonical, value.isNaN, value.bitPattern != MessagePackFormat.canonicalNaN { throw .nonCanonical }
      position += 9
      return value
    case 0xca:
      let bits = UInt32(truncatingIfNeeded: try number(width: 4))
      if requireCanonical { throw .nonCanonical }
      position += 5
      return Double(Float(bitPattern: bits))
    default:
      let start = position
      let (bits, isNegative) = try takeInteger()
      guard let value = isNegative ? Double(exactly: Int64(bitPattern: bits)) : Double(exactly: bits) else {
        position = start
        throw .integerOutOfRange
      }
      guard !requireCanonical else {
        position = start
        throw .nonCanonical
      }
      return value
    }
  }

  /// Reads what `readDouble()` reads where a `Float` holds it exactly; a NaN is taken as one.
  ///
  /// - Throws: What `readDouble()` throws, and `integerOutOfRange` where the value would be rounded.
  public mutating func readFloat() throws(MessagePackError) -> Float {
    let start = position
    let wide = try readDouble()
    if wide.isNaN { return .nan }
    guard let value = Float(exactly: wide) else {
      position = start
      throw .integerOutOfRange
    }
    return value
  }
}
