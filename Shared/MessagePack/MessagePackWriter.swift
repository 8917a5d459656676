// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Appends values in their canonical form, so that equal sequences of calls give equal bytes, which signatures rely on.
///
/// Canonical is the shortest form of an integer, length or count; non-negative integers stand in the unsigned forms;
/// a floating-point number takes 64 bits. The order of a map's keys is the caller's.
public struct MessagePackWriter: Sendable {
  @usableFromInline var storage: [UInt8]

  /// An empty writer.
  @inlinable
  public init() {
    storage = []
  }

  /// An empty writer with room for `capacity` bytes.
  @inlinable
  public init(reservingCapacity capacity: Int) {
    storage = []
    storage.reserveCapacity(capacity)
  }

  /// What was written so far.
  @inlinable
  public var bytes: [UInt8] { storage }

  /// How many bytes were written so far.
  @inlinable
  public var count: Int { storage.count }

  /// Forgets what was written and keeps the room for it, so that one writer serves many messages.
  @inlinable
  public mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
  }

  /// Appends nil: one byte.
  @inlinable
  public mutating func writeNil() {
    storage.append(0xc0)
  }

  /// Appends a truth value: one byte.
  @inlinable
  public mutating func write(_ value: Bool) {
    storage.append(value ? 0xc3 : 0xc2)
  }

  /// Appends a floating-point number: 9 bytes; every NaN becomes the quiet NaN without payload.
  @inlinable
  public mutating func write(_ value: Double) {
    let bits = value.isNaN ? MessagePackFormat.canonicalNaN : value.bitPattern
    storage.append(0xcb)
    append(bits)
  }

  /// Appends one value, or several, that are encoded already.
  ///
  /// The bytes are taken as they are: the caller vouches that they are whole and, where it matters, canonical.
  @inlinable
  public mutating func writeEncoded(_ encoded: [UInt8]) {
    storage.append(contentsOf: encoded)
  }

  /// Appends one value, or several, that are encoded already, as `writeEncoded(_: [UInt8])` does.
  @inlinable
  public mutating func writeEncoded(_ encoded: ArraySlice<UInt8>) {
    storage.append(contentsOf: encoded)
  }
}
