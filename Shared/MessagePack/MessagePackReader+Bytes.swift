// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackReader {
  /// Reads a string of well-formed UTF-8.
  ///
  /// - Throws: `truncated`, `typeMismatch`, `reservedByte`, `tooLong`, `nonCanonical` or `invalidUTF8`.
  @inlinable
  public mutating func readString() throws(MessagePackError) -> String {
    let start = position
    let payload = try takeString()
    guard let string = String(validating: bytes[payload], as: UTF8.self) else {
      position = start
      throw .invalidUTF8
    }
    return string
  }

  /// Reads binary data: a slice of the input.
  ///
  /// - Throws: `truncated`, `typeMismatch`, `reservedByte`, `tooLong` or `nonCanonical`.
  @inlinable
  public mutating func readBinary() throws(MessagePackError) -> ArraySlice<UInt8> {
    bytes[try takeBinary()]
  }

  /// Reads an extension of any type: its payload is a slice of the input.
  ///
  /// - Throws: `truncated`, `typeMismatch`, `reservedByte`, `tooLong` or `nonCanonical`.
  public mutating func readExtension() throws(MessagePackError) -> (type: Int8, payload: ArraySlice<UInt8>) {
    let payload = try takeExtension()
    return (Int8(bitPattern: bytes[payload.lowerBound - 1]), bytes[payload])
  }

  /// Reads a moment: an extension of type -1 with 4, 8 or 12 bytes.
  ///
  /// - Throws: `truncated`, `typeMismatch`, `reservedByte`, `tooLong`, `nonCanonical`, or `integerOutOfRange` where
  ///   the nanoseconds reach a second.
  public mutating func readTimestamp() throws(MessagePackError) -> MessagePackTimestamp {
    let start = position
    do throws(MessagePackError) {
      let (type, payload) = try readExtension()
      guard type == MessagePackTimestamp.extensionType else { throw .typeMismatch }
      return try MessagePackTimestamp(payload: payload, requireCanonical: requireCanonical)
    } catch {
      position = start
      throw error
    }
  }

  /// Takes a string and says where its bytes lie, which may not be UTF-8.
  @usableFromInline
  mutating func takeString() throws(MessagePackError) -> Range<Int> {
    let first = try firstByte()
    switch first {
    case 0xa0...0xbf: return try takePayload(header: 1, length: Int(first & 0x1f))
    case 0xd9: return try takePayload(header: 2, length: length(width: 1, least: 0x20))
    case 0xda: return try takePayload(header: 3, length: length(width: 2, least: 0x100))
    case 0xdb: return try takePayload(header: 5, length: length(width: 4, least: 0x1_0000))
    default: throw mismatch(first)
    }
  }

  /// Takes binary data and says where it lies.
  @usableFromInline
  mutating func takeBinary() throws(MessagePackError) -> Range<Int> {
    let first = try firstByte()
    switch first {
    case 0xc4: return try takePayload(header: 2, length: length(width: 1, least: 0))
    case 0xc5: return try takePayload(header: 3, length: length(width: 2, least: 0x100))
    case 0xc6: return try takePayload(header: 5, length: length(width: 4, least: 0x1_0000))
    default: throw mismatch(first)
    }
  }

  /// Takes an extension and says where its payload lies; its type is the byte before.
  mutating func takeExtension() throws(MessagePackError) -> Range<Int> {
    let first = try firstByte()
    switch first {
    case 0xd4...0xd8: return try takePayload(header: 2, length: 1 << Int(first - 0xd4))
    case 0xc7: return try takePayload(header: 3, length: shortExtensionLength())
    case 0xc8: return try takePayload(header: 4, length: length(width: 2, least: 0x100))
    case 0xc9: return try takePayload(header: 6, length: length(width: 4, least: 0x1_0000))
    default: throw mismatch(first)
    }
  }

  /// The length in one byte of an extension; canonical input has fixed forms for 1, 2, 4, 8 and 16.
  private func shortExtensionLength() throws(MessagePackError) -> Int {
    let length = try length(width: 1, least: 0)
    guard requireCanonical else { return length }
    switch length {
    case 1, 2, 4, 8, 16: throw .nonCanonical
    default: return length
    }
  }

  /// Takes `header` bytes and the `length` bytes that follow, once they are found to be allowed and there.
  @inline(__always)
  private mutating func takePayload(header: Int, length: Int) throws(MessagePackError) -> Range<Int> {
    guard length <= limits.length else { throw .tooLong }
    guard remaining >= header, remaining - header >= length else { throw .truncated }
    let start = position + header
    position = start + length
    return start..<position
  }
}
