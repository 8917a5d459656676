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

  mutating func readUInt8() throws(CryptoError) -> UInt8 { try readBigEndian() }
  mutating func readUInt16() throws(CryptoError) -> UInt16 { try readBigEndian() }
  mutating func readUInt32() throws(CryptoError) -> UInt32 { try readBigEndian() }
  mutating func readUInt64() throws(CryptoError) -> UInt64 { try readBigEndian() }

  private mutating func readBigEndian<Value: FixedWidthInteger & BitwiseCopyable>() throws(CryptoError) -> Value {
    let size = MemoryLayout<Value>.size
    guard size <= remaining else { throw .malformed }
    defer { offset += size }
    return bytes.bigEndian(at: offset)
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

extension [UInt8] {
  /// The big-endian number that begins at `offset`; one that goes beyond the end traps.
  func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Value {
    Value(bigEndian: unsafe span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
  }
}
