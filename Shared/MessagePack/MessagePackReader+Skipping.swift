// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackReader {
  /// Skips one value with all that it contains, and refuses what reading it would refuse.
  ///
  /// It takes time in proportion to the bytes skipped, allocates nothing, and recurses at most `MessagePackLimits.depth`
  /// levels, less those that the caller has entered.
  ///
  /// - Throws: `truncated`, `reservedByte`, `tooLong`, `tooDeep`, `nonCanonical` or `invalidUTF8`.
  public mutating func skipValue() throws(MessagePackError) {
    let start = position
    do throws(MessagePackError) {
      try skip(depth: depth)
    } catch {
      position = start
      throw error
    }
  }

  /// Skips one value as `skipValue()` does and returns its bytes: a slice of the input.
  ///
  /// - Throws: What `skipValue()` throws.
  public mutating func readEncodedValue() throws(MessagePackError) -> ArraySlice<UInt8> {
    let start = position
    try skipValue()
    return bytes[start..<position]
  }

  private mutating func skip(depth: Int) throws(MessagePackError) {
    switch try peekType() {
    case .nil, .bool: position += 1
    case .integer: _ = try takeInteger()
    case .float: _ = try readDouble()
    case .string:
      guard isWellFormedUTF8(bytes[try takeString()]) else { throw .invalidUTF8 }
    case .binary: _ = try takeBinary()
    case .extension: _ = try takeExtension()
    case .array: try skip(elements: readArrayHeader(), depth: depth)
    case .map:
      // The head was held against the bytes that are left, so twice the count cannot overflow.
      try skip(elements: 2 * readMapHeader(), depth: depth)
    }
  }

  private mutating func skip(elements: Int, depth: Int) throws(MessagePackError) {
    guard depth < limits.depth else { throw .tooDeep }
    for _ in 0..<elements { try skip(depth: depth + 1) }
  }
}
