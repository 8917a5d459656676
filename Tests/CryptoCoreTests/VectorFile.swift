// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Foundation

/// Published test vectors: `Tests/Vectors/<topic>/<name>.json`.
enum VectorFile {
  static func load<Content: Decodable>(_ topic: String, _ name: String, as type: Content.Type) throws -> Content {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Vectors/\(topic)/\(name).json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }
}

/// Bytes that a vector file writes in hexadecimal.
struct Hex: Decodable, Hashable {
  let bytes: [UInt8]

  var secret: SecretBytes { SecretBytes(copying: bytes) }

  init(_ text: String) throws {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { throw Failure.oddLength }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
        throw Failure.notHexadecimal
      }
      bytes.append(byte)
    }
    self.bytes = bytes
  }

  init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  enum Failure: Error {
    case oddLength
    case notHexadecimal
  }
}

/// The shape of Project Wycheproof's files.
struct Wycheproof<Group: Decodable>: Decodable {
  let numberOfTests: Int
  let testGroups: [Group]
}

/// What Wycheproof expects of a case.
enum Verdict: String, Decodable {
  case valid
  case invalid
  case acceptable
}
