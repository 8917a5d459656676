// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore

/// Bytes that a test writes in hexadecimal.
struct Hex {
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

  enum Failure: Error {
    case oddLength
    case notHexadecimal
  }
}
