// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Bytes that were pushed and wait until there are enough of them. Taking from the front costs what is taken, not what
/// is left.
struct ChunkBuffer: Sendable {
  private var bytes: [UInt8] = []
  private var offset = 0

  var count: Int { bytes.count - offset }

  mutating func append(_ more: [UInt8]) {
    if offset > 0 {
      bytes.removeFirst(offset)
      offset = 0
    }
    bytes.append(contentsOf: more)
  }

  mutating func appendZeros(_ count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: count))
  }

  /// Up to `limit` bytes from the front, which stay.
  func first(_ limit: Int) -> [UInt8] {
    Array(bytes[offset..<offset + min(limit, count)])
  }

  /// Removes `number` bytes, which are there, from the front.
  mutating func drop(_ number: Int) {
    offset += number
  }
}
