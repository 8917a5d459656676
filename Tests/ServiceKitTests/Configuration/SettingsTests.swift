// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import ServiceKit
import Testing

@Suite("Settings", .timeLimit(.minutes(3)))
struct SettingsTests {
  @Test("a value that is not set is its default, and a required one is named")
  func absent() throws {
    let reader = ConfigReader.memory(["empty": "  "])
    #expect(try reader.integer("http.port", default: 9_090, in: 0...65_535) == 9_090)
    #expect(try reader.text("http.host", default: "0.0.0.0") == "0.0.0.0")
    #expect(try reader.optionalText("empty") == nil)
    let missing = #expect(throws: ConfigurationError.self) { try reader.integer("postgres.pool.size", in: 1...64) }
    #expect(missing?.code == .missing)
    #expect(missing?.description == "CONSTRUCT_POSTGRES_POOL_SIZE: is required and not set")
  }

  @Test(
    "a number outside its range is refused with the range", arguments: ["0", "65", "4.0", "four", "0x10", "-1", ""])
  func range(text: String) throws {
    let reader = ConfigReader.memory(["postgres.pool.size": text])
    guard !text.isEmpty else {
      #expect(try reader.integer("postgres.pool.size", default: 4, in: 1...64) == 4)
      return
    }
    let error = #expect(throws: ConfigurationError.self) {
      try reader.integer("postgres.pool.size", default: 4, in: 1...64)
    }
    #expect(
      error?.description == "CONSTRUCT_POSTGRES_POOL_SIZE: must be a whole number from 1 to 64, not “\(text)”")
  }

  @Test("the ends of a range are allowed, with white space around them")
  func ends() throws {
    let reader = ConfigReader.memory(["a": " 1\n", "b": "64"])
    #expect(try reader.integer("a", in: 1...64) == 1)
    #expect(try reader.seconds("b", in: 1...64) == .seconds(64))
  }

  @Test("choices name what is allowed")
  func choices() throws {
    enum Colour: String, CaseIterable { case red, green }
    let reader = ConfigReader.memory(["colour": "blue"])
    let colour = #expect(throws: ConfigurationError.self) { try reader.choice("colour", default: Colour.red) }
    #expect(colour?.description == "CONSTRUCT_COLOUR: must be one of red, green, not “blue”")
    #expect(try reader.choice("other", default: Colour.green) == .green)
  }

  @Test("a text that is too long is refused")
  func length() {
    let reader = ConfigReader.memory(["http.host": String(repeating: "a", count: 1_025)])
    #expect(throws: ConfigurationError.self) { try reader.text("http.host", default: "0.0.0.0") }
  }

  @Test("a secret is exactly its number of hexadecimal digits, and no error repeats it")
  func secrets() throws {
    let good = String(repeating: "0a", count: 31) + "FF"
    #expect(try ConfigReader.memory(["token.secret": good]).secret("token.secret", hexBytes: 32).last == 0xFF)
    for bad in [String(good.dropLast()), String(good.dropLast(2)), good + "00", String(good.dropLast()) + "g"] {
      let error = #expect(throws: ConfigurationError.self) {
        try ConfigReader.memory(["token.secret": bad]).secret("token.secret", hexBytes: 32)
      }
      let text = error?.description ?? ""
      #expect(text.contains("token-secret") && text.contains("64 hexadecimal digits"))
      #expect(!text.contains("0a0a"))
    }
  }

  @Test("a secret has no default, and one that is all the same byte is refused")
  func weakSecrets() {
    let missing = #expect(throws: ConfigurationError.self) {
      try ConfigReader.memory([:]).secret("token.secret", hexBytes: 32)
    }
    #expect(missing?.description == "secret token-secret (or CONSTRUCT_TOKEN_SECRET): is required and not set")
    #expect(throws: ConfigurationError.self) {
      try ConfigReader.memory(["token.secret": String(repeating: "0", count: 64)]).secret("token.secret", hexBytes: 32)
    }
  }
}
