// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Reads JSON text (RFC 8259).
struct JSONParser {
  struct Malformed: Error {
    let offset: Int
  }

  private static let maximumDepth = 64

  private let text: [UInt8]
  private var position = 0
  private var depth = 0

  static func parse(_ text: [UInt8]) throws(Malformed) -> JSONValue {
    var parser = JSONParser(text: text)
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == text.count else { throw parser.malformed }
    return value
  }

  private init(text: [UInt8]) {
    self.text = text
  }

  private var malformed: Malformed { Malformed(offset: position) }

  private mutating func value() throws(Malformed) -> JSONValue {
    skipSpace()
    guard position < text.count, depth < Self.maximumDepth else { throw malformed }
    depth += 1
    defer { depth -= 1 }
    switch text[position] {
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    default: return .number(try number())
    }
  }

  private mutating func members() throws(Malformed) -> [JSONValue.Member] {
    position += 1
    var members: [JSONValue.Member] = []
    while !take("}") {
      if !members.isEmpty { try expect(",") }
      skipSpace()
      let key = try string()
      try expect(":")
      members.append(JSONValue.Member(key, try value()))
    }
    return members
  }

  private mutating func elements() throws(Malformed) -> [JSONValue] {
    position += 1
    var elements: [JSONValue] = []
    while !take("]") {
      if !elements.isEmpty { try expect(",") }
      elements.append(try value())
    }
    return elements
  }

  private mutating func string() throws(Malformed) -> String {
    guard position < text.count, text[position] == UInt8(ascii: "\"") else { throw malformed }
    position += 1
    var string = ""
    while true {
      let start = position
      while position < text.count, text[position] != UInt8(ascii: "\""), text[position] != UInt8(ascii: "\\") {
        position += 1
      }
      guard position < text.count, let plain = String(validating: text[start..<position], as: UTF8.self) else {
        throw malformed
      }
      string += plain
      position += 1
      if text[position - 1] == UInt8(ascii: "\"") { return string }
      string.unicodeScalars.append(try escaped())
    }
  }

  /// What follows a backslash.
  private mutating func escaped() throws(Malformed) -> Unicode.Scalar {
    guard position < text.count else { throw malformed }
    position += 1
    switch text[position - 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar()
    default: throw malformed
    }
  }

  /// The digits of `\uXXXX`, or of two such that are a surrogate pair.
  private mutating func escapedScalar() throws(Malformed) -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, text[position...].starts(with: "\\u".utf8) else { throw malformed }
    position += 2
    let second = try codeUnit()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw malformed }
    return scalar
  }

  private mutating func codeUnit() throws(Malformed) -> UInt32 {
    guard position + 4 <= text.count,
      let unit = UInt32(String(decoding: text[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw malformed }
    position += 4
    return unit
  }

  private mutating func number() throws(Malformed) -> String {
    let start = position
    while position < text.count, "+-.0123456789eE".utf8.contains(text[position]) { position += 1 }
    let digits = String(decoding: text[start..<position], as: UTF8.self)
    guard Double(digits) != nil else { throw malformed }
    return digits
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(Malformed) -> JSONValue {
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

  private mutating func expect(_ character: Unicode.Scalar) throws(Malformed) {
    guard take(character) else { throw malformed }
  }
}
