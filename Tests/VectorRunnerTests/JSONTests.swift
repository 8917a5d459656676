// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import VectorRunner

@Suite("JSON")
struct JSONTests {
  private func parse(_ text: String) throws -> JSONValue {
    try JSONParser.parse(Array(text.utf8))
  }

  @Test("members keep their order, numbers their digits, and escapes are read")
  func values() throws {
    let value = try parse(
      #" {"b": [1, -0.5e3, 18446744073709551616], "a": {"t": true, "f": false, "n": null}, "s": "\"\\\/\n\u00e9\ud83d\ude00é"} "#
    )
    #expect(
      value
        == .object([
          .init("b", .array([.number("1"), .number("-0.5e3"), .number("18446744073709551616")])),
          .init("a", .object([.init("t", .bool(true)), .init("f", .bool(false)), .init("n", .null)])),
          .init("s", .string("\"\\/\né😀é")),
        ]))
    #expect(try parse(value.prettyText) == value)
  }

  @Test(
    "malformed text is refused",
    arguments: [
      "", "{", "[1", "[1,]", "[,1]", "{\"a\" 1}", "{\"a\": 1,}", "\"a", "\"\\x\"", "\"\\ud800\"", "\"\\u12\"", "tru",
      "1 2",
      "--1", "[1]]",
    ])
  func malformed(text: String) {
    #expect(throws: JSONParser.Malformed.self) { try parse(text) }
  }

  @Test("text that nests too deeply is refused")
  func depth() throws {
    _ = try parse(String(repeating: "[", count: 64) + String(repeating: "]", count: 64))
    #expect(throws: JSONParser.Malformed.self) {
      try parse(String(repeating: "[", count: 65) + String(repeating: "]", count: 65))
    }
  }

  @Test("hexadecimal digits come in pairs")
  func hexadecimals() {
    #expect(hexadecimal("00fFA9") == [0, 255, 0xA9])
    #expect(hexadecimal([0, 255, 0xA9]) == "00ffa9")
    #expect(hexadecimal("") == [])
    #expect(hexadecimal("abc") == nil && hexadecimal("0g") == nil && hexadecimal("0 0") == nil)
  }
}
