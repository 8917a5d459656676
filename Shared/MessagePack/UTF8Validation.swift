// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Whether `bytes` are well-formed UTF-8 by table 3-7 of the Unicode Standard, found without allocating a string.
func isWellFormedUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
  var index = bytes.startIndex
  while index < bytes.endIndex {
    let first = bytes[index]
    index += 1
    if first < 0x80 { continue }
    // The first continuation byte is narrower than 0x80...0xbf where it would spell a surrogate, a code point past
    // U+10FFFF, or one that a shorter sequence holds.
    let more: Int
    let second: ClosedRange<UInt8>
    switch first {
    case 0xc2...0xdf: (more, second) = (1, 0x80...0xbf)
    case 0xe0: (more, second) = (2, 0xa0...0xbf)
    case 0xe1...0xec, 0xee, 0xef: (more, second) = (2, 0x80...0xbf)
    case 0xed: (more, second) = (2, 0x80...0x9f)
    case 0xf0: (more, second) = (3, 0x90...0xbf)
    case 0xf1...0xf3: (more, second) = (3, 0x80...0xbf)
    case 0xf4: (more, second) = (3, 0x80...0x8f)
    default: return false
    }
    guard bytes.endIndex - index >= more, second ~= bytes[index] else { return false }
    for next in index + 1..<index + more where bytes[next] & 0xc0 != 0x80 { return false }
    index += more
  }
  return true
}
