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
      append(0xcf, value)
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
      append(0xd3, UInt64(bitPattern: value))
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

  /// Appends the byte that begins a value, and a big-endian number.
  @inlinable
  mutating func append(_ first: UInt8, _ value: some FixedWidthInteger & UnsignedInteger) {
    storage.append(addingCapacity: 1 + value.bitWidth / 8) { bytes in
      bytes.append(first)
      Self.append(value, to: &bytes)
    }
  }

  /// Appends a big-endian number.
  @inlinable
  mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
    storage.append(addingCapacity: value.bitWidth / 8) { bytes in Self.append(value, to: &bytes) }
  }

  @inlinable
  static func append(_ value: some FixedWidthInteger & UnsignedInteger, to bytes: inout OutputSpan<UInt8>) {
    var shift = value.bitWidth
    while shift > 0 {
      shift -= 8
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
