// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Bits in the order in which a QR code has them, the most significant of each number first.
struct QRBits {
  private(set) var bits: [Bool] = []

  mutating func append(_ value: Int, count: Int) {
    for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) }
  }

  var bytes: [UInt8] {
    stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<min(start + 8, bits.count)].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
    }
  }
}

/// From content to the sequence of codewords (ISO/IEC 18004, sections 7.4 to 7.6).
enum QRCodewords {
  /// The content in byte mode, padded, split into blocks with their correction, and interleaved.
  static func make(_ content: [UInt8], version: QRVersion) -> [UInt8] {
    var bits = QRBits()
    bits.append(0b0100, count: 4)
    bits.append(content.count, count: version.countBits)
    for byte in content { bits.append(Int(byte), count: 8) }
    let capacity = version.dataCodewords * 8
    bits.append(0, count: min(4, capacity - bits.bits.count))
    bits.append(0, count: (8 - bits.bits.count % 8) % 8)
    var data = bits.bytes
    var padding: UInt8 = 0xEC
    while data.count < version.dataCodewords {
      data.append(padding)
      padding ^= 0xEC ^ 0x11
    }
    return interleave(data, version)
  }

  private static func interleave(_ data: [UInt8], _ version: QRVersion) -> [UInt8] {
    let count = version.blockCount
    let short = data.count / count
    let longBlocks = data.count % count
    let code = ReedSolomon(count: version.correctionCodewords)
    var blocks: [[UInt8]] = []
    var start = 0
    for index in 0..<count {
      let length = short + (index < count - longBlocks ? 0 : 1)
      blocks.append(Array(data[start..<start + length]))
      start += length
    }
    var result: [UInt8] = []
    for position in 0...short {
      for block in blocks where position < block.count { result.append(block[position]) }
    }
    let corrections = blocks.map { code.codewords(of: $0) }
    for position in 0..<version.correctionCodewords {
      for correction in corrections { result.append(correction[position]) }
    }
    return result
  }
}
