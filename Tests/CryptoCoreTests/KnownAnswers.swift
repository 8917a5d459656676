// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto

/// The project's own known answers (`Tests/Vectors/construct`), computed by another implementation.
enum KnownAnswers {
  struct File<Case: Decodable>: Decodable {
    let cases: [Case]
  }

  static func load<Case: Decodable>(_ name: String, as type: Case.Type) throws -> [Case] {
    try VectorFile.load("construct", name, as: File<Case>.self).cases
  }

  /// What the files have for randomness and contents: SHA-256 of a name and a counter.
  static func fixed(_ name: String, _ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for block in 0...count / 32 { bytes += NativeCryptoProvider.sha256(Array("\(name) \(block)".utf8)) }
    return Array(bytes.prefix(count))
  }
}
