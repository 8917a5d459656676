// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Reed-Solomon codewords over GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 and the generator 2, as
/// ISO/IEC 18004, section 7.5, has them.
struct ReedSolomon {
  /// The generator polynomial's coefficients without the leading 1, highest power first.
  private let generator: [UInt8]

  /// `count` codewords, 1 to 254.
  init(count: Int) {
    var coefficients = [UInt8](repeating: 0, count: count)
    coefficients[count - 1] = 1
    var root: UInt8 = 1
    // The product of (x - 2^i) for i in 0..<count.
    for _ in 0..<count {
      for index in 0..<count {
        coefficients[index] = Self.product(coefficients[index], root)
        if index + 1 < count { coefficients[index] ^= coefficients[index + 1] }
      }
      root = Self.product(root, 2)
    }
    generator = coefficients
  }

  /// The remainder of the data's division by the generator.
  func codewords(of data: [UInt8]) -> [UInt8] {
    var remainder = [UInt8](repeating: 0, count: generator.count)
    for byte in data {
      let factor = byte ^ remainder.removeFirst()
      remainder.append(0)
      for index in generator.indices { remainder[index] ^= Self.product(generator[index], factor) }
    }
    return remainder
  }

  static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var result: UInt8 = 0
    for bit in (0..<8).reversed() {
      let carry: UInt8 = result & 0x80 == 0 ? 0 : 0x1D
      result = result << 1 ^ carry
      if right >> UInt8(bit) & 1 == 1 { result ^= left }
    }
    return result
  }
}
