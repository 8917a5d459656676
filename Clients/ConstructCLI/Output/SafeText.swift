// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Text from elsewhere, as a terminal may have it: what would move the cursor, change the title or turn the writing
/// direction is shown as U+FFFD instead.
enum SafeText {
  /// Lines of harmless text; there is always at least one.
  static func lines(_ text: String) -> [String] {
    var lines = [""]
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\r": lines.append("")
      case "\n": if previous != "\r" { lines.append("") }
      case "\t": lines[lines.count - 1] += "    "
      default: lines[lines.count - 1].unicodeScalars.append(isHarmless(scalar) ? scalar : "\u{FFFD}")
      }
      previous = scalar
    }
    return lines
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: false
    // Line and paragraph separators, and the bidirectional embeddings, overrides and isolates.
    case 0x2028...0x202E, 0x2066...0x2069: false
    // Tags and interlinear annotations, which hide text.
    case 0xE0000...0xE007F where scalar.value != 0xE0020 && scalar.value < 0xE0020: false
    case 0xFFF9...0xFFFB: false
    default: true
    }
  }
}
