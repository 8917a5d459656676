// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension QRCode {
  /// Light modules around the code; the standard wants four.
  static let quietZone = 4

  /// Lines of half blocks, two modules above each other in a character.
  ///
  /// With `styled`, black on white by escape sequences. Without, light modules are drawn and dark ones left out, which
  /// is right on a dark terminal; most readers take the inverse, too.
  func lines(styled: Bool) -> [String] {
    let range = -Self.quietZone..<size + Self.quietZone
    return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
      var line = ""
      for column in range {
        let upper = self[row, column]
        let lower = self[row + 1, column]
        switch (upper == styled, lower == styled) {
        case (true, true): line += "█"
        case (true, false): line += "▀"
        case (false, true): line += "▄"
        case (false, false): line += " "
        }
      }
      return styled ? "\u{1B}[38;5;16;48;5;231m\(line)\u{1B}[0m" : line
    }
  }
}
