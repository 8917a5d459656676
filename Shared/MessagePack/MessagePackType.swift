// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The type of a value as its first byte tells it; the widths of one type are not told apart.
public enum MessagePackType: Equatable, Sendable {
  case `nil`
  case bool
  case integer
  case float
  case string
  case binary
  case array
  case map
  case `extension`

  /// The type that begins with `byte`, or nil for the reserved 0xc1.
  @inlinable
  init?(firstByte byte: UInt8) {
    switch byte {
    case 0x00...0x7f, 0xcc...0xd3, 0xe0...0xff: self = .integer
    case 0x80...0x8f, 0xde, 0xdf: self = .map
    case 0x90...0x9f, 0xdc, 0xdd: self = .array
    case 0xa0...0xbf, 0xd9...0xdb: self = .string
    case 0xc0: self = .nil
    case 0xc2, 0xc3: self = .bool
    case 0xc4...0xc6: self = .binary
    case 0xca, 0xcb: self = .float
    case 0xc7...0xc9, 0xd4...0xd8: self = .extension
    default: return nil
    }
  }
}
