// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The lower end of the terminal during a conversation: messages on their way, and the line that is being typed.
///
/// What is printed goes above it, so that nothing that arrives disturbs the line. A value that answers with the
/// characters to write; it remembers only how many rows it has drawn.
struct ChatScreen {
  static let prompt = "> "
  /// Messages on their way that are shown; more are counted.
  static let pendingShown = 5

  private let style: Style
  private var drawnRows = 0

  init(style: Style) {
    self.style = style
  }

  /// Prints lines above, and draws the lower end anew.
  mutating func draw(
    above lines: [String] = [], pending: [String], editor: LineEditor, columns: Int
  ) -> String {
    var output = erase()
    for line in lines { output += line + "\n" }
    let rows = liveRows(pending, columns)
    for row in rows { output += row + "\n" }
    let visible = editor.visible(columns: columns - Self.prompt.count)
    output += Self.prompt + visible.text + "\r"
    let cursor = Self.prompt.count + visible.cursor
    if cursor > 0 { output += "\u{1B}[\(cursor)C" }
    drawnRows = rows.count + 1
    return output
  }

  /// Takes the lower end away; the cursor is where it began.
  mutating func erase() -> String {
    guard drawnRows > 0 else { return "" }
    let up = drawnRows - 1
    drawnRows = 0
    return "\r" + (up > 0 ? "\u{1B}[\(up)A" : "") + "\u{1B}[J"
  }

  mutating func clear() -> String {
    drawnRows = 0
    return "\u{1B}[2J\u{1B}[H"
  }

  private func liveRows(_ pending: [String], _ columns: Int) -> [String] {
    var rows = pending.prefix(Self.pendingShown).map { text in
      let line = SafeText.lines(text).joined(separator: " ")
      return style.dim("… \(DisplayWidth.prefix(line, columns: max(columns - 3, 1)))")
    }
    if pending.count > Self.pendingShown { rows.append(style.dim("… and \(pending.count - Self.pendingShown) more")) }
    return rows
  }
}
