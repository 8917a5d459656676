// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Writes one log record as one line of JSON (RFC 8259).
struct LogFormat {
  private var bytes: [UInt8] = [0x7B]

  mutating func put(_ name: String, _ text: String) {
    if bytes.count > 1 { bytes.append(0x2C) }
    quote(name)
    bytes.append(0x3A)
    quote(text)
  }

  /// The line with its line feed.
  consuming func finish() -> [UInt8] {
    bytes.append(0x7D)
    bytes.append(0x0A)
    return bytes
  }

  private mutating func quote(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C:
        bytes.append(0x5C)
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: Array("\\n".utf8))
      case 0x0D: bytes.append(contentsOf: Array("\\r".utf8))
      case 0x09: bytes.append(contentsOf: Array("\\t".utf8))
      case 0..<0x20, 0x7F: bytes.append(contentsOf: Array("\\u00".utf8) + Array([byte].hexadecimal.utf8))
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}
