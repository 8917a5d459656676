// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A size of QR code: version 1 has 21 modules a side, each further one 4 more, up to 40.
///
/// All numbers are of error correction level M, which repairs about 15 %, from ISO/IEC 18004, tables 1, 9 and E.1.
struct QRVersion: Equatable {
  let number: Int

  /// Error correction codewords of one block.
  private static let correction = [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  ]
  private static let blocks = [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
  ]

  /// The smallest that holds `count` bytes; nil for more than 2,331.
  init?(holding count: Int) {
    guard let number = (1...40).first(where: { QRVersion(number: $0).capacity >= count }) else { return nil }
    self.number = number
  }

  init(number: Int) { self.number = number }

  /// Modules on each side.
  var size: Int { 17 + 4 * number }
  var correctionCodewords: Int { Self.correction[number - 1] }
  var blockCount: Int { Self.blocks[number - 1] }

  /// Codewords of data and correction together.
  var totalCodewords: Int { dataModules / 8 }
  var dataCodewords: Int { totalCodewords - correctionCodewords * blockCount }

  /// Bits that say how many bytes follow, in byte mode.
  var countBits: Int { number < 10 ? 8 : 16 }

  /// Bytes of content: what is left after the mode (4 bits) and the count.
  var capacity: Int { (dataCodewords * 8 - 4 - countBits) / 8 }

  /// Modules that are not part of a pattern or of the format and version information.
  private var dataModules: Int {
    // All, less finders with their separators and format (3 × 64 + 2 × 15 + 1), less timing (2 × (size - 16)).
    var count = size * size - 3 * 64 - 31 - 2 * (size - 16)
    let centres = alignmentCentres.count
    if centres > 0 {
      // 25 modules each; three places are the finders', and those on a timing pattern share five modules with it.
      count -= 25 * (centres * centres - 3) - 5 * 2 * (centres - 2)
    }
    if number >= 7 { count -= 36 }
    return count
  }

  /// The coordinates of the alignment patterns' centres, the same for rows and columns.
  var alignmentCentres: [Int] {
    guard number > 1 else { return [] }
    let count = number / 7 + 2
    let last = size - 7
    guard count > 2 else { return [6, last] }
    // From the last one back in even steps, as short as reach the first; version 32 is the table's exception.
    let steps = count - 1
    let step = number == 32 ? 26 : (last - 6 + 2 * steps - 1) / (2 * steps) * 2
    return [6] + (0..<steps).reversed().map { last - $0 * step }
  }
}
