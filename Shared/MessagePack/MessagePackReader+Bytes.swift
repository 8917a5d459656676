// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackReader {
  /// Reads a string of well-formed UTF-8.
  ///
  /// - Throws: `truncated`, `typeMismatch`, `reservedByte`, `tooLong`, `nonCanonical` or `invalidUTF8`.
  @inlinable
  public mutating func readString() throws(MessagePackError) -> String {
    let payload = try stringPayload()
    guard let string = String(validating: bytes[payload], as: UTF8.self) else { throw .invalidUTF8 }
    position = payload.upperBound
    return string
  }

  /// Reads binary data: a slice of the input.
  ///
  /// - Throws: `truncated`, `typeMismatch`, `reservedByte`, `tooLong` or `nonCanonical`.
  @inlinable
  public mutating func readBinary() throws(MessagePackError) -> ArraySlice<UInt8> {
    let payload = try binaryPayload()
    position = payload.upperBound
    return bytes[payload]
  }

  /// Reads an extension of any type: its payload is a slice of the input.
  ///
  /// - Throws: `truncated`, `typeMismatch`, `reservedByte`, `tooLong` or `nonCanonical`.
  public mutating func readExtension() throws(MessagePackError) -> (type: Int8, payload: ArraySlice<UInt8>) {
    let payload = try extensionPayload()
    position = payload.upperBound
    return (Int8(bitPattern: bytes[payload.lowerBound - 1]), bytes[payload])
  }

  /// Reads a moment: an extension of type -1 with 4, 8 or 12 bytes.
  ///
  /// - Throws: `truncated`, `typeMismatch`, `reservedByte`, `tooLong`, `nonCanonical`, or `integerOutOfRange` where
  ///   the nanoseconds reach a second.
  public mutating func readTimestamp() throws(MessagePackError) -> MessagePackTimestamp {
    let payload = try extensionPayload()
    guard Int8(bitPattern: bytes[payload.lowerBound - 1]) == MessagePackTimestamp.extensionType else {
      throw .typeMismatch
    }
    let timestamp = try MessagePackTimestamp(payload: bytes[payload], requireCanonical: requireCanonical)
    position = payload.upperBound
    return timestamp
  }

  /// Where the bytes of the string lie that is next.
  @inlinable
  func stringPayload() throws(MessagePackError) -> Range<Int> {
    let first = try firstByte()
    switch first {
    case 0xa0...0xbf: return try payload(header: 1, length: Int(first & 0x1f))
    case 0xd9: return try payload(header: 2, length: length(width: 1, least: 0x20))
    case 0xda: return try payload(header: 3, length: length(width: 2, least: 0x100))
    case 0xdb: return try payload(header: 5, length: length(width: 4, least: 0x1_0000))
    default: throw mismatch(first)
    }
  }

  /// Where the bytes of the binary data lie that is next.
  @inlinable
  func binaryPayload() throws(MessagePackError) -> Range<Int> {
    let first = try firstByte()
    switch first {
    case 0xc4: return try payload(header: 2, length: length(width: 1, least: 0))
    case 0xc5: return try payload(header: 3, length: length(width: 2, least: 0x100))
    case 0xc6: return try payload(header: 5, length: length(width: 4, least: 0x1_0000))
    default: throw mismatch(first)
    }
  }

  /// Where the payload of the extension lies that is next; its type is the byte before.
  func extensionPayload() throws(MessagePackError) -> Range<Int> {
    let first = try firstByte()
    switch first {
    case 0xd4...0xd8:
      return try payload(header: 2, length: 1 << Int(first - 0xd4))
    case 0xc7:
      let length = try length(width: 1, least: 0)
      if requireCanonical, [1, 2, 4, 8, 16].contains(length) { throw .nonCanonical }
      return try payload(header: 3, length: length)
    case 0xc8: return try payload(header: 4, length: length(width: 2, least: 0x100))
    case 0xc9: return try payload(header: 6, length: length(width: 4, least: 0x1_0000))
    default: throw mismatch(first)
    }
  }

  /// The `length` bytes that follow `header` bytes, once they are found to be allowed and there.
  @inlinable
  func payload(header: Int, length: Int) throws(MessagePackError) -> Range<Int> {
    guard length <= limits.length else { throw .tooLong }
    guard remaining >= header, remaining - header >= length else { throw .truncated }
    let start = position + header
    return start..<start + length
  }
}
