// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// A reader of JSON text that keeps the order of an object's members, which the vectors' encodings follow and
/// Foundation's dictionaries lose. Integers become integers, other numbers 64-bit floats.
struct JSONText {
  struct Malformed: Error {
    let offset: Int
  }

  private let text: [UInt8]
  private var position = 0

  static func parse(_ text: [UInt8]) throws -> MessagePackValue {
    var parser = JSONText(text: text)
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == text.count else { throw parser.malformed }
    return value
  }

  private init(text: [UInt8]) {
    self.text = text
  }

  private var malformed: Malformed { Malformed(offset: position) }

  private mutating func value() throws -> MessagePackValue {
    skipSpace()
    guard position < text.count else { throw malformed }
    switch text[position] {
    case UInt8(ascii: "{"): return .map(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "n"): return try word("null", .nil)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    default: return try number()
    }
  }

  private mutating func members() throws -> [MessagePackValue.Entry] {
    position += 1
    var members: [MessagePackValue.Entry] = []
    while !take("}") {
      if !members.isEmpty { try expect(",") }
      skipSpace()
      let key = try string()
      try expect(":")
      members.append(.init(.string(key), try value()))
    }
    return members
  }

  private mutating func elements() throws -> [MessagePackValue] {
    position += 1
    var elements: [MessagePackValue] = []
    while !take("]") {
      if !elements.isEmpty { try expect(",") }
      elements.append(try value())
    }
    return elements
  }

  /// A string without escapes, of which the vectors have none.
  private mutating func string() throws -> String {
    try expect("\"")
    let start = position
    while position < text.count, text[position] != UInt8(ascii: "\"") {
      guard text[position] != UInt8(ascii: "\\") else { throw malformed }
      position += 1
    }
    guard let string = String(validating: text[start..<position], as: UTF8.self) else { throw malformed }
    try expect("\"")
    return string
  }

  private mutating func number() throws -> MessagePackValue {
    let start = position
    while position < text.count, "+-.0123456789eE".utf8.contains(text[position]) { position += 1 }
    let digits = String(decoding: text[start..<position], as: UTF8.self)
    if let value = UInt64(digits) { return .uint(value) }
    if let value = Int64(digits) { return .int(value) }
    guard let value = Double(digits) else { throw malformed }
    return .double(value)
  }

  private mutating func word(_ word: String, _ value: MessagePackValue) throws -> MessagePackValue {
    guard text[position...].starts(with: word.utf8) else { throw malformed }
    position += word.utf8.count
    return value
  }

  private mutating func skipSpace() {
    while position < text.count, " \n\r\t".utf8.contains(text[position]) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw malformed }
  }
}

extension MessagePackValue {
  /// The member of an object, if this is one and has it.
  subscript(_ key: String) -> MessagePackValue? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key == .string(key) }?.value
  }

  var elements: [MessagePackValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}
