// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The eight patterns by which data modules are inverted, numbered as in ISO/IEC 18004, table 10.
enum QRMask: Int, CaseIterable {
  case checkers = 0
  case rows, columns, diagonals, blocks, crosses, flowers, meadow

  func inverts(_ row: Int, _ column: Int) -> Bool {
    switch self {
    case .checkers: (row + column) % 2 == 0
    case .rows: row % 2 == 0
    case .columns: column % 3 == 0
    case .diagonals: (row + column) % 3 == 0
    case .blocks: (row / 2 + column / 3) % 2 == 0
    case .crosses: row * column % 2 + row * column % 3 == 0
    case .flowers: (row * column % 2 + row * column % 3) % 2 == 0
    case .meadow: ((row + column) % 2 + row * column % 3) % 2 == 0
    }
  }
}

/// The numbers that a code carries beside its data, each with a BCH code.
enum QRInformation {
  /// 2 bits of level (M is 00), 3 of mask, 10 of remainder, and a mask so that it is never all zero.
  static func format(_ mask: QRMask) -> Int {
    (mask.rawValue << 10 | remainder(mask.rawValue << 10, by: 0b101_0011_0111, degree: 10)) ^ 0b101_0100_0001_0010
  }

  /// 6 bits of version, 12 of remainder.
  static func version(_ number: Int) -> Int {
    number << 12 | remainder(number << 12, by: 0b1_1111_0010_0101, degree: 12)
  }

  /// The remainder of a division of polynomials over GF(2).
  private static func remainder(_ dividend: Int, by divisor: Int, degree: Int) -> Int {
    var rest = dividend
    while rest >= 1 << degree {
      rest ^= divisor << (Int.bitWidth - 1 - rest.leadingZeroBitCount - degree)
    }
    return rest
  }
}

/// How hard a code is to read (ISO/IEC 18004, section 7.8.3); the mask with the least is chosen.
enum QRPenalty {
  static func score(_ code: QRCode) -> Int {
    let rows = (0..<code.size).map { row in (0..<code.size).map { code[row, $0] } }
    let columns = (0..<code.size).map { column in (0..<code.size).map { code[$0, column] } }
    return (rows + columns).reduce(0) { $0 + runs($1) + finders($1) } + squares(code) + imbalance(rows)
  }

  /// 3 for five alike in a row, and one more for each further.
  private static func runs(_ line: [Bool]) -> Int {
    var penalty = 0
    var length = 0
    for index in line.indices {
      length = index > 0 && line[index] == line[index - 1] ? length + 1 : 1
      if length == 5 { penalty += 3 } else if length > 5 { penalty += 1 }
    }
    return penalty
  }

  private static let finder = [true, false, true, true, true, false, true]

  /// 40 for what looks like a finder with four light modules on one side.
  private static func finders(_ line: [Bool]) -> Int {
    var penalty = 0
    for start in 0...line.count - 7 where Array(line[start..<start + 7]) == finder {
      // Beyond the edge is the quiet zone.
      let before = line[max(0, start - 4)..<start]
      let after = line[start + 7..<min(line.count, start + 11)]
      if !before.contains(true) || !after.contains(true) { penalty += 40 }
    }
    return penalty
  }

  /// 3 for each square of four alike.
  private static func squares(_ code: QRCode) -> Int {
    var penalty = 0
    for row in 0..<code.size - 1 {
      for column in 0..<code.size - 1 {
        let module = code[row, column]
        if code[row, column + 1] == module, code[row + 1, column] == module, code[row + 1, column + 1] == module {
          penalty += 3
        }
      }
    }
    return penalty
  }

  /// 10 for each 5 % by which the dark modules' share is away from a half.
  private static func imbalance(_ rows: [[Bool]]) -> Int {
    let total = rows.count * rows.count
    let dark = rows.reduce(0) { $0 + $1.count { $0 } }
    return abs(dark * 20 - total * 10) / total * 10
  }
}
