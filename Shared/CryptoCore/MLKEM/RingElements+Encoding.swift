// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension RingElements {
  /// ByteDecode₁₂ (FIPS 203, algorithm 6) of one polynomial after another. False if a coefficient is not below q: then
  /// the key is not canonical and must be refused.
  mutating func decode(_ bytes: [UInt8]) -> Bool {
    precondition(bytes.count == 384 * count)
    var isCanonical = true
    for pair in 0..<bytes.count / 3 {
      let (b0, b1, b2) = (Int16(bytes[3 * pair]), Int16(bytes[3 * pair + 1]), Int16(bytes[3 * pair + 2]))
      let (low, high) = (b0 | (b1 & 0x0F) << 8, b1 >> 4 | b2 << 4)
      isCanonical = isCanonical && low < Self.modulus && high < Self.modulus
      let (element, index) = (2 * pair / Self.degree, 2 * pair % Self.degree)
      self[element, index] = low
      self[element, index + 1] = high
    }
    return isCanonical
  }

  /// ByteEncode_d(Compress_d(f)) (algorithm 5, section 4.2.1) of all polynomials, for d = `bits`.
  func compressed(bits: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count * Self.degree * bits / 8)
    var pending: UInt32 = 0
    var pendingBits = 0
    for position in 0..<count * Self.degree {
      let value = canonical(self[position / Self.degree, position % Self.degree])
      pending |= UInt32(Self.compress(value, bits: bits)) << UInt32(pendingBits)
      pendingBits += bits
      while pendingBits >= 8 {
        result.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        pendingBits -= 8
      }
    }
    return result
  }

  /// round(2^d / q · value) mod 2^d for a value in [0, q).
  ///
  /// The value is secret until the ciphertext is written, and a machine's division takes a time that depends on it; so
  /// the quotient is a product: for n < 2^23, floor(n / q) = floor(n · ceil(2^36 / q) / 2^36).
  static func compress(_ value: Int16, bits: Int) -> UInt16 {
    let scaled = UInt64(UInt16(bitPattern: value)) << UInt64(bits) + 1664
    let quotient = (scaled &* 20_642_679) >> 36
    return UInt16(truncatingIfNeeded: quotient & (1 << UInt64(bits) - 1))
  }

  /// Adds Decompress₁(ByteDecode₁(message)): q/2 rounded up wherever a bit is set.
  mutating func addMessage(_ message: SecretBytes, to element: Int) {
    message.withBytes { bytes in
      for index in 0..<Self.degree {
        let bit = Int16(bytes[index / 8] >> UInt8(index % 8) & 1)
        self[element, index] += -bit & ((Self.modulus + 1) / 2)
      }
    }
  }
}
