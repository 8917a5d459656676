// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A QR code (ISO/IEC 18004) in byte mode with error correction level M: a square of dark and light modules.
struct QRCode {
  let size: Int
  private var dark: [Bool]
  /// Modules that are part of a pattern, which data and masks leave alone.
  private var reserved: [Bool]

  /// Nil for more than 2,331 bytes.
  init?(_ content: [UInt8]) {
    guard let version = QRVersion(holding: content.count) else { return nil }
    self.init(version: version)
    place(QRCodewords.make(content, version: version))
    var best: (penalty: Int, code: QRCode)?
    for mask in QRMask.allCases {
      var candidate = self
      candidate.apply(mask)
      let penalty = QRPenalty.score(candidate)
      if best.map({ penalty < $0.penalty }) ?? true { best = (penalty, candidate) }
    }
    guard let best else { return nil }
    self = best.code
  }

  /// Whether the module is dark; everything outside is the light quiet zone.
  subscript(row: Int, column: Int) -> Bool {
    guard (0..<size).contains(row), (0..<size).contains(column) else { return false }
    return dark[row * size + column]
  }

  private mutating func set(_ row: Int, _ column: Int, _ isDark: Bool) {
    dark[row * size + column] = isDark
    reserved[row * size + column] = true
  }

  // The patterns.

  private init(version: QRVersion) {
    size = version.size
    dark = Array(repeating: false, count: size * size)
    reserved = dark
    for index in 0..<size {
      set(6, index, index % 2 == 0)
      set(index, 6, index % 2 == 0)
    }
    for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { drawFinder(row, column) }
    let centres = version.alignmentCentres
    for row in centres {
      for column in centres where !isFinder(row, column) { drawAlignment(row, column) }
    }
    // Places for the format, drawn again with each mask.
    drawFormat(QRMask.checkers)
    if version.number >= 7 { drawVersion(version.number) }
  }

  private func isFinder(_ row: Int, _ column: Int) -> Bool {
    (row == 6 && (column == 6 || column == size - 7)) || (column == 6 && row == size - 7)
  }

  private mutating func drawFinder(_ centreRow: Int, _ centreColumn: Int) {
    for row in max(0, centreRow - 4)...min(size - 1, centreRow + 4) {
      for column in max(0, centreColumn - 4)...min(size - 1, centreColumn + 4) {
        let distance = max(abs(row - centreRow), abs(column - centreColumn))
        set(row, column, distance != 2 && distance != 4)
      }
    }
  }

  private mutating func drawAlignment(_ centreRow: Int, _ centreColumn: Int) {
    for row in centreRow - 2...centreRow + 2 {
      for column in centreColumn - 2...centreColumn + 2 {
        set(row, column, max(abs(row - centreRow), abs(column - centreColumn)) != 1)
      }
    }
  }

  /// Level M and the mask, with their BCH code, twice around the finders (section 7.9).
  private mutating func drawFormat(_ mask: QRMask) {
    let bits = QRInformation.format(mask)
    for index in 0..<15 {
      let isDark = bits >> index & 1 == 1
      // Around the upper left finder, past the timing pattern.
      switch index {
      case 0...5: set(index, 8, isDark)
      case 6: set(7, 8, isDark)
      case 7: set(8, 8, isDark)
      case 8: set(8, 7, isDark)
      default: set(8, 14 - index, isDark)
      }
      // Half under the upper right finder, half beside the lower left one.
      if index < 8 { set(8, size - 1 - index, isDark) } else { set(size - 15 + index, 8, isDark) }
    }
    set(size - 8, 8, true)
  }

  /// The version's number with its BCH code, twice (section 7.10).
  private mutating func drawVersion(_ number: Int) {
    let bits = QRInformation.version(number)
    for index in 0..<18 {
      let isDark = bits >> index & 1 == 1
      let far = size - 11 + index % 3
      set(index / 3, far, isDark)
      set(far, index / 3, isDark)
    }
  }

  // Data.

  /// In columns of two from the lower right, up and down in turn, around the patterns (section 7.7.3).
  private mutating func place(_ codewords: [UInt8]) {
    var index = 0
    var isUpward = true
    for right in QRCode.columnPairs(size) {
      for step in 0..<size {
        let row = isUpward ? size - 1 - step : step
        for column in [right, right - 1] where !reserved[row * size + column] {
          guard index < codewords.count * 8 else { continue }
          dark[row * size + column] = codewords[index / 8] >> UInt8(7 - index % 8) & 1 == 1
          index += 1
        }
      }
      isUpward.toggle()
    }
  }

  /// The right column of each pair; the vertical timing pattern belongs to none.
  private static func columnPairs(_ size: Int) -> [Int] {
    Array(stride(from: size - 1, to: 6, by: -2)) + Array(stride(from: 5, to: 0, by: -2))
  }

  private mutating func apply(_ mask: QRMask) {
    for row in 0..<size {
      for column in 0..<size where !reserved[row * size + column] && mask.inverts(row, column) {
        dark[row * size + column].toggle()
      }
    }
    drawFormat(mask)
  }
}
