// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackWriter {
  /// Appends an unsigned integer in 1, 2, 3, 5 or 9 bytes.
  @inlinable
  public mutating func write(_ value: UInt64) {
    if value < 0x80 {
      storage.append(UInt8(truncatingIfNeeded: value))
    } else if value <= 0xff {
      append(0xcc, UInt8(truncatingIfNeeded: value))
    } else if value <= 0xffff {
      append(0xcd, UInt16(truncatingIfNeeded: value))
    } else if value <= 0xffff_ffff {
      append(0xce, UInt32(truncatingIfNeeded: value))
    } else {
      storage.append(0xcf)
      append(value)
    }
  }

  /// Appends a signed integer in 1, 2, 3, 5 or 9 bytes; one that is not negative as an unsigned one.
  @inlinable
  public mutating func write(_ value: Int64) {
    if value >= 0 {
      write(UInt64(bitPattern: value))
    } else if value >= -0x20 {
      storage.append(UInt8(truncatingIfNeeded: value))
    } else if value >= -0x80 {
      append(0xd0, UInt8(truncatingIfNeeded: value))
    } else if value >= -0x8000 {
      append(0xd1, UInt16(truncatingIfNeeded: value))
    } else if value >= -0x8000_0000 {
      append(0xd2, UInt32(truncatingIfNeeded: value))
    } else {
      storage.append(0xd3)
      append(UInt64(bitPattern: value))
    }
  }

  /// Appends an integer of any type; it must lie in the range of `Int64` or `UInt64`, as every type up to 64 bits does.
  @inlinable
  public mutating func write(_ value: some FixedWidthInteger) {
    if value < 0 {
      write(Int64(value))
    } else {
      write(UInt64(value))
    }
  }

  @inlinable
  mutating func append(_ first: UInt8, _ value: UInt8) {
    storage.append(first)
    storage.append(value)
  }

  @inlinable
  mutating func append(_ first: UInt8, _ value: UInt16) {
    storage.append(first)
    storage.append(UInt8(truncatingIfNeeded: value >> 8))
    storage.append(UInt8(truncatingIfNeeded: value))
  }

  @inlinable
  mutating func append(_ first: UInt8, _ value: UInt32) {
    storage.append(first)
    append(value)
  }

  @inlinable
  mutating func append(_ value: UInt32) {
    storage.append(UInt8(truncatingIfNeeded: value >> 24))
    storage.append(UInt8(truncatingIfNeeded: value >> 16))
    storage.append(UInt8(truncatingIfNeeded: value >> 8))
    storage.append(UInt8(truncatingIfNeeded: value))
  }

  @inlinable
  mutating func append(_ value: UInt64) {
    append(UInt32(truncatingIfNeeded: value >> 32))
    append(UInt32(truncatingIfNeeded: value))
  }
}
