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
    case .nil, .bool:
      position += 1
    case .integer:
      position += 1 + (try integerBits(firstByte()).width)
    case .float:
      _ = try readDouble()
    case .string:
      let payload = try stringPayload()
      guard isWellFormedUTF8(bytes[payload]) else { throw .invalidUTF8 }
      position = payload.upperBound
    case .binary:
      position = try binaryPayload().upperBound
    case .extension:
      position = try extensionPayload().upperBound
    case .array:
      let (count, size) = try arrayHeader()
      try skip(elements: count, after: size, depth: depth)
    case .map:
      let (count, size) = try mapHeader()
      // The head was held against the bytes that are left, so twice the count cannot overflow.
      try skip(elements: 2 * count, after: size, depth: depth)
    }
  }

  private mutating func skip(elements: Int, after size: Int, depth: Int) throws(MessagePackError) {
    guard depth < greatestDepth else { throw .tooDeep }
    position += size
    for _ in 0..<elements { try skip(depth: depth + 1) }
  }
}
