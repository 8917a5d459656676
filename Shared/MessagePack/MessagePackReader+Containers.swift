// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackReader {
  /// Reads the head of an array and returns how many values follow; there are at least as many bytes left.
  ///
  /// - Throws: `typeMismatch`, `reservedByte`, `tooLong`, `nonCanonical`, or `truncated` where the bytes that are left
  ///   cannot hold so many values.
  @inlinable
  public mutating func readArrayHeader() throws(MessagePackError) -> Int {
    let (count, size) = try arrayHeader()
    position += size
    return count
  }

  /// Reads the head of a map and returns how many entries follow, each a key and its value; there are at least twice
  /// as many bytes left.
  ///
  /// - Throws: `typeMismatch`, `reservedByte`, `tooLong`, `nonCanonical`, or `truncated` where the bytes that are left
  ///   cannot hold so many entries.
  @inlinable
  public mutating func readMapHeader() throws(MessagePackError) -> Int {
    let (count, size) = try mapHeader()
    position += size
    return count
  }

  /// The number of values in the array that is next, and the size of its head in bytes.
  @inlinable
  func arrayHeader() throws(MessagePackError) -> (count: Int, size: Int) {
    let first = try firstByte()
    switch first {
    case 0x90...0x9f: return try header(count: Int(first & 0x0f), size: 1, leastPerElement: 1)
    case 0xdc: return try header(count: length(width: 2, least: 0x10), size: 3, leastPerElement: 1)
    case 0xdd: return try header(count: length(width: 4, least: 0x1_0000), size: 5, leastPerElement: 1)
    default: throw mismatch(first)
    }
  }

  /// The number of entries in the map that is next, and the size of its head in bytes.
  @inlinable
  func mapHeader() throws(MessagePackError) -> (count: Int, size: Int) {
    let first = try firstByte()
    switch first {
    case 0x80...0x8f: return try header(count: Int(first & 0x0f), size: 1, leastPerElement: 2)
    case 0xde: return try header(count: length(width: 2, least: 0x10), size: 3, leastPerElement: 2)
    case 0xdf: return try header(count: length(width: 4, least: 0x1_0000), size: 5, leastPerElement: 2)
    default: throw mismatch(first)
    }
  }

  /// The head of a container, once its elements are found to be allowed and able to fit in what is left.
  @inlinable
  func header(count: Int, size: Int, leastPerElement: Int) throws(MessagePackError) -> (count: Int, size: Int) {
    guard count <= limits.count else { throw .tooLong }
    guard count <= (remaining - size) / leastPerElement else { throw .truncated }
    return (count, size)
  }
}
