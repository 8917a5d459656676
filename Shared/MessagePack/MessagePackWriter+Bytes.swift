// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackWriter {
  /// Appends a string: 1, 2, 3 or 5 bytes and its UTF-8, which is at most 4 GiB.
  @inlinable
  public mutating func writeString(_ value: String) {
    let count = value.utf8.count
    if count < 0x20 {
      storage.append(0xa0 | UInt8(truncatingIfNeeded: count))
    } else if count <= 0xff {
      append(0xd9, UInt8(truncatingIfNeeded: count))
    } else if count <= 0xffff {
      append(0xda, UInt16(truncatingIfNeeded: count))
    } else {
      append(0xdb, UInt32(count))
    }
    storage.append(contentsOf: value.utf8)
  }

  /// Appends binary data: 2, 3 or 5 bytes and the data, which is at most 4 GiB.
  @inlinable
  public mutating func writeBinary(_ value: [UInt8]) {
    writeBinaryHeader(count: value.count)
    storage.append(contentsOf: value)
  }

  /// Appends binary data: 2, 3 or 5 bytes and the data, which is at most 4 GiB.
  @inlinable
  public mutating func writeBinary(_ value: ArraySlice<UInt8>) {
    writeBinaryHeader(count: value.count)
    storage.append(contentsOf: value)
  }

  @inlinable
  mutating func writeBinaryHeader(count: Int) {
    if count <= 0xff {
      append(0xc4, UInt8(truncatingIfNeeded: count))
    } else if count <= 0xffff {
      append(0xc5, UInt16(truncatingIfNeeded: count))
    } else {
      append(0xc6, UInt32(count))
    }
  }
}
