// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// An element of GF(2^16), reduced by x^16 + x^12 + x^3 + x + 1 (0x1100B).
package struct FieldElement: Hashable, Sendable {
  package let bits: UInt16

  package init(bits: UInt16) {
    self.bits = bits
  }

  static let zero = FieldElement(bits: 0)
  static let one = FieldElement(bits: 1)
  /// x^16 in the field: what overflows when an element is doubled.
  static let overflow: UInt16 = 0x100B

  package static func + (left: FieldElement, right: FieldElement) -> FieldElement {
    FieldElement(bits: left.bits ^ right.bits)
  }

  package static func * (left: FieldElement, right: FieldElement) -> FieldElement {
    var product: UInt32 = 0
    for bit in 0..<16 as Range<UInt32> {
      product ^= UInt32(left.bits) &<< bit & (0 &- (UInt32(right.bits) &>> bit & 1))
    }
    // x^16 = x^12 + x^3 + x + 1; what is above moves down, at least four places each time.
    for _ in 0..<4 {
      let high = product &>> 16
      product = product & 0xFFFF ^ high ^ high &<< 1 ^ high &<< 3 ^ high &<< 12
    }
    return FieldElement(bits: UInt16(truncatingIfNeeded: product))
  }

  package static func / (left: FieldElement, right: FieldElement) -> FieldElement {
    left * right.inverse
  }

  /// The inverse, self^(2^16 - 2); zero for zero.
  var inverse: FieldElement {
    var (power, result) = (self, FieldElement.one)
    for _ in 1..<16 {
      power = power * power
      result = result * power
    }
    return result
  }
}

/// Sixteen field elements, the content of one chunk: the same place in sixteen polynomials.
package struct FieldVector: Hashable, Sendable {
  /// Bytes of a chunk: sixteen big-endian elements.
  static let size = 32
  static let zero = FieldVector(words: (0, 0, 0, 0))

  /// Four elements in each, the first in the highest bits.
  private var words: (UInt64, UInt64, UInt64, UInt64)

  private init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// The 32 bytes from `offset` on.
  init(_ bytes: [UInt8], at offset: Int) {
    words = (
      bytes.bigEndian(at: offset), bytes.bigEndian(at: offset + 8), bytes.bigEndian(at: offset + 16),
      bytes.bigEndian(at: offset + 24)
    )
  }

  init(from reader: inout ByteReader) throws(CryptoError) {
    words = (try reader.readUInt64(), try reader.readUInt64(), try reader.readUInt64(), try reader.readUInt64())
  }

  package var bytes: [UInt8] {
    var writer = ByteWriter(capacity: Self.size)
    write(to: &writer)
    return writer.finish()
  }

  func write(to writer: inout ByteWriter) {
    writer.write(words.0)
    writer.write(words.1)
    writer.write(words.2)
    writer.write(words.3)
  }

  package static func == (left: FieldVector, right: FieldVector) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }

  /// Σ weights[i] · vectors[i], from the weights' highest bit to their lowest: sixteen doublings for the whole sum.
  package static func sum(of vectors: [FieldVector], weights: [FieldElement]) -> FieldVector {
    precondition(vectors.count == weights.count)
    var result = FieldVector.zero
    for bit in 0..<16 as Range<UInt16> {
      result.double()
      for index in 0..<vectors.count {
        let mask = 0 &- UInt64(weights[index].bits &>> (15 &- bit) & 1)
        let words = vectors[index].words
        result.words.0 ^= words.0 & mask
        result.words.1 ^= words.1 & mask
        result.words.2 ^= words.2 & mask
        result.words.3 ^= words.3 & mask
      }
    }
    return result
  }

  private mutating func double() {
    words = (Self.doubled(words.0), Self.doubled(words.1), Self.doubled(words.2), Self.doubled(words.3))
  }

  private static func doubled(_ word: UInt64) -> UInt64 {
    let high = (word >> 15) & 0x0001_0001_0001_0001
    return (word << 1) & 0xFFFE_FFFE_FFFE_FFFE ^ high &* UInt64(FieldElement.overflow)
  }
}
