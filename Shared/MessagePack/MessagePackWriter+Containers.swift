// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackWriter {
  /// Begins an array: 1, 3 or 5 bytes, after which the caller writes exactly `count` values; `count` is a `UInt32`.
  @inlinable
  public mutating func writeArrayHeader(count: Int) {
    let count = UInt32(count)
    if count < 0x10 {
      storage.append(0x90 | UInt8(truncatingIfNeeded: count))
    } else if count <= 0xffff {
      append(0xdc, UInt16(truncatingIfNeeded: count))
    } else {
      append(0xdd, count)
    }
  }

  /// Begins a map: 1, 3 or 5 bytes, after which the caller writes exactly `count` keys, each before its value.
  @inlinable
  public mutating func writeMapHeader(count: Int) {
    let count = UInt32(count)
    if count < 0x10 {
      storage.append(0x80 | UInt8(truncatingIfNeeded: count))
    } else if count <= 0xffff {
      append(0xde, UInt16(truncatingIfNeeded: count))
    } else {
      append(0xdf, count)
    }
  }

  /// Begins a map of at most 15 entries whose number is known only afterwards; one byte.
  ///
  /// - Returns: The position for `setSmallMapHeader(at:count:)`; until that is called the map counts no entries.
  @inlinable
  public mutating func reserveSmallMapHeader() -> Int {
    storage.append(0x80)
    return storage.count - 1
  }

  /// Sets the number of entries, 0 to 15, of a map begun by `reserveSmallMapHeader()`.
  @inlinable
  public mutating func setSmallMapHeader(at position: Int, count: Int) {
    precondition(0...15 ~= count && storage[position] & 0xf0 == 0x80, "not a small map")
    storage[position] = 0x80 | UInt8(truncatingIfNeeded: count)
  }
}
