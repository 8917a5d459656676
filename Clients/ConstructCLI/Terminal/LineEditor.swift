// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A line that is being typed: bytes from a terminal in, what they mean out. A value without input or output.
///
/// It knows the usual keys: arrows, Home, End, Backspace, Delete, and Ctrl with A, B, D, E, F, K, L, U, W. What is pasted is
/// text, its lines too.
struct LineEditor {
  enum Action: Equatable {
    /// Enter was pressed; the line is empty again.
    case submit(String)
    /// Ctrl-D on an empty line, or the end of input.
    case end
    /// Ctrl-C.
    case interrupt
    /// Ctrl-L.
    case clearScreen
  }

  private(set) var before = ""
  private(set) var after = ""
  /// Submitted lines, the latest last, at most 100.
  private var history: [String] = []
  private var historyIndex: Int?
  /// What was being typed when the history was looked through.
  private var draft = ""
  /// Between the marks that a terminal puts around what is pasted (xterm's bracketed paste).
  private var isPasting = false
  private var lastPasted: TerminalKey?
  /// Bytes after which no more is pasted: more than a message takes, so that sending says that it is too long.
  private static let longest = 65_536
  private var pending: [UInt8] = []

  var text: String { before + after }

  /// Takes bytes as they were read, which may end in the middle of a character or of a key.
  mutating func feed(_ bytes: [UInt8]) -> [Action] {
    pending += bytes
    var actions: [Action] = []
    while let key = TerminalKey.next(&pending) {
      if let action = handle(key) { actions.append(action) }
    }
    return actions
  }

  private mutating func handle(_ key: TerminalKey) -> Action? {
    if isPasting { return paste(key) }
    switch key {
    case .pasteBegins: isPasting = true
    case .scalar(let scalar): before.unicodeScalars.append(scalar)
    case .enter, .lineFeed: return submit()
    case .control("c"): return .interrupt
    case .control("d"):
      if text.isEmpty { return .end }
      if !after.isEmpty { after.removeFirst() }
    case .control("l"): return .clearScreen
    case .delete: if !after.isEmpty { after.removeFirst() }
    case .backspace: if !before.isEmpty { before.removeLast() }
    case .left, .control("b"): if let character = before.popLast() { after = String(character) + after }
    case .right, .control("f"): if !after.isEmpty { before.append(after.removeFirst()) }
    case .home, .control("a"): (before, after) = ("", text)
    case .end, .control("e"): (before, after) = (text, "")
    case .control("k"): after = ""
    case .control("u"): before = ""
    case .control("w"): deleteWord()
    case .up: recall(-1)
    case .down: recall(1)
    case .pasteEnds, .control, .other: break
    }
    return nil
  }

  /// Keys that would edit do nothing here: what they came from is text that has them in it.
  private mutating func paste(_ key: TerminalKey) -> Action? {
    if let text = key.pasted {
      // No more than fits into a message; a CRLF is one line's end.
      let isSecondHalf = key == .lineFeed && lastPasted == .enter
      if !isSecondHalf, before.utf8.count < Self.longest { before.append(text) }
    }
    lastPasted = key
    if key == .pasteEnds { isPasting = false }
    return key == .control("c") ? .interrupt : nil
  }

  private mutating func submit() -> Action {
    let line = text
    (before, after) = ("", "")
    historyIndex = nil
    if !line.isEmpty, history.last != line { history.append(line) }
    if history.count > 100 { history.removeFirst() }
    return .submit(line)
  }

  private mutating func deleteWord() {
    while before.last == " " { before.removeLast() }
    while let last = before.last, last != " " { before.removeLast() }
  }

  private mutating func recall(_ step: Int) {
    let current = historyIndex ?? history.count
    let index = current + step
    guard index >= 0, index <= history.count else { return }
    if current == history.count { draft = text }
    historyIndex = index
    (before, after) = (index < history.count ? history[index] : draft, "")
  }

  /// Pasted lines, shown as one.
  private static func onOneLine(_ text: some Collection<Character>) -> String {
    SafeText.lines(String(text)).joined(separator: "⏎")
  }

  /// What fits into `columns` around the cursor, and the cursor's column in it.
  func visible(columns: Int) -> (text: String, cursor: Int) {
    let room = max(columns - 1, 1)
    // As much of the end as fits; what is far from the cursor is not looked at.
    var shown = Self.onOneLine(before.suffix(room))
    while DisplayWidth.of(shown) > room { shown.removeFirst() }
    let cursor = DisplayWidth.of(shown)
    return (shown + DisplayWidth.prefix(Self.onOneLine(after.prefix(room)), columns: room - cursor), cursor)
  }
}
