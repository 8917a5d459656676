// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackReader {
  /// Reads the head of an array and returns how many values follow; there are at least as many bytes left.
  ///
  /// - Throws: `typeMismatch`, `reservedByte`, `tooLong`, `nonCanonical`, or `truncated` where the bytes that are left
  ///   cannot hold so many values.
  public mutating func readArrayHeader() throws(MessagePackError) -> Int {
    let first = try firstByte()
    switch first {
    case 0x90...0x9f: return try takeHeader(size: 1, count: Int(first & 0x0f), elementSize: 1)
    case 0xdc: return try takeHeader(size: 3, count: length(width: 2, least: 0x10), elementSize: 1)
    case 0xdd: return try takeHeader(size: 5, count: length(width: 4, least: 0x1_0000), elementSize: 1)
    default: throw mismatch(first)
    }
  }

  /// Reads the head of a map and returns how many entries follow, each a key and its value; there are at least twice
  /// as many bytes left.
  ///
  /// - Throws: `typeMismatch`, `reservedByte`, `tooLong`, `nonCanonical`, or `truncated` where the bytes that are left
  ///   cannot hold so many entries.
  public mutating func readMapHeader() throws(MessagePackError) -> Int {
    let first = try firstByte()
    switch first {
    case 0x80...0x8f: return try takeHeader(size: 1, count: Int(first & 0x0f), elementSize: 2)
    case 0xde: return try takeHeader(size: 3, count: length(width: 2, least: 0x10), elementSize: 2)
    case 0xdf: return try takeHeader(size: 5, count: length(width: 4, least: 0x1_0000), elementSize: 2)
    default: throw mismatch(first)
    }
  }

  /// Takes the head of a container, once its elements, of at least `elementSize` bytes each, are found to be allowed
  /// and able to fit in what is left.
  @inline(__always)
  private mutating func takeHeader(size: Int, count: Int, elementSize: Int) throws(MessagePackError) -> Int {
    guard count <= limits.count else { throw .tooLong }
    guard count <= (remaining - size) / elementSize else { throw .truncated }
    position += size
    return count
  }
}
