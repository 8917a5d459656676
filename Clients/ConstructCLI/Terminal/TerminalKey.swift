// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One key, as terminals encode it: a character of UTF-8, a control character, or a sequence that begins with escape.
enum TerminalKey: Equatable {
  case scalar(Unicode.Scalar)
  /// Ctrl and this letter.
  case control(Character)
  /// `lineFeed` is Enter, too; what is pasted may end its lines with both.
  case enter, lineFeed, backspace, delete, left, right, up, down, home, end
  /// What follows is pasted, not typed; and the end of it.
  case pasteBegins, pasteEnds
  /// Something else, which is passed over.
  case other

  /// What it is as a part of pasted text; nil for what is a key even then.
  var pasted: Character? {
    switch self {
    case .scalar(let scalar): Character(scalar)
    case .enter, .lineFeed: "\n"
    case .control("i"): "\t"
    default: nil
    }
  }

  /// Takes the first key from the front of `bytes`; nil if its end has not arrived yet.
  static func next(_ bytes: inout [UInt8]) -> TerminalKey? {
    guard let first = bytes.first else { return nil }
    switch first {
    case 0x0D, 0x0A:
      bytes.removeFirst()
      return first == 0x0D ? .enter : .lineFeed
    case 0x7F, 0x08:
      bytes.removeFirst()
      return .backspace
    case 0x1B: return escape(&bytes)
    case 0x00..<0x20:
      bytes.removeFirst()
      guard first > 0, first < 0x1B else { return .other }
      return .control(Character(Unicode.Scalar(first + 0x60)))
    default: return character(&bytes)
    }
  }

  private static func character(_ bytes: inout [UInt8]) -> TerminalKey? {
    let length =
      switch bytes[0] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    guard bytes.count >= length else { return nil }
    let encoded = Array(bytes[..<length])
    guard let text = String(validating: encoded, as: UTF8.self), let scalar = text.unicodeScalars.first else {
      bytes.removeFirst()
      return .other
    }
    bytes.removeFirst(length)
    return .scalar(scalar)
  }

  /// ESC [ parameters final, or ESC O final (ECMA-48; xterm's keys).
  private static func escape(_ bytes: inout [UInt8]) -> TerminalKey? {
    guard bytes.count > 1 else { return nil }
    guard bytes[1] == 0x5B || bytes[1] == 0x4F else {
      bytes.removeFirst(2)
      return .other
    }
    guard let final = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
      // A sequence that never ends is no key.
      guard bytes.count > 32 else { return nil }
      bytes.removeFirst(2)
      return .other
    }
    let parameters = String(decoding: bytes[2..<final], as: UTF8.self)
    let code = bytes[final]
    bytes.removeFirst(final + 1)
    switch (code, parameters) {
    case (0x41, _): return .up
    case (0x42, _): return .down
    case (0x43, _): return .right
    case (0x44, _): return .left
    case (0x48, _), (0x7E, "1"), (0x7E, "7"): return .home
    case (0x46, _), (0x7E, "4"), (0x7E, "8"): return .end
    case (0x7E, "3"): return .delete
    case (0x7E, "200"): return .pasteBegins
    case (0x7E, "201"): return .pasteEnds
    default: return .other
    }
  }
}
