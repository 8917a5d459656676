// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Reads fixed layouts (big-endian) from front to back. Every read checks the length; `finish()` refuses what is left
/// over. It cannot be copied, so that nothing else holds the bytes of a secret that are wiped after reading.
package struct ByteReader: ~Copyable {
  let bytes: [UInt8]
  private var offset = 0

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var remaining: Int { bytes.count - offset }

  mutating func read(_ count: Int) throws(CryptoError) -> [UInt8] {
    guard count >= 0, count <= remaining else { throw .malformed }
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  mutating func skip(_ count: Int) throws(CryptoError) {
    guard count >= 0, count <= remaining else { throw .malformed }
    offset += count
  }

  mutating func readSecret(_ count: Int) throws(CryptoError) -> SecretBytes {
    guard count >= 0, count <= remaining else { throw .malformed }
    let start = offset
    offset += count
    return SecretBytes(copying: bytes.span.extracting(start..<offset))
  }

  mutating func readUInt8() throws(CryptoError) -> UInt8 {
    guard remaining >= 1 else { throw .malformed }
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func readUInt16() throws(CryptoError) -> UInt16 { UInt16(try readBigEndian(2)) }
  mutating func readUInt32() throws(CryptoError) -> UInt32 { UInt32(try readBigEndian(4)) }
  mutating func readUInt64() throws(CryptoError) -> UInt64 { try readBigEndian(8) }

  private mutating func readBigEndian(_ count: Int) throws(CryptoError) -> UInt64 {
    guard count <= remaining else { throw .malformed }
    var value: UInt64 = 0
    for index in offset..<offset + count { value = value << 8 | UInt64(bytes[index]) }
    offset += count
    return value
  }

  /// A presence byte: 0 or 1, nothing else.
  mutating func readFlag() throws(CryptoError) -> Bool {
    switch try readUInt8() {
    case 0: return false
    case 1: return true
    default: throw .malformed
    }
  }

  /// All that is left.
  mutating func readRest() -> [UInt8] {
    defer { offset = bytes.count }
    return Array(bytes[offset...])
  }

  package func finish() throws(CryptoError) {
    guard remaining == 0 else { throw .malformed }
  }
}
