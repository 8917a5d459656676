// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Writes fixed layouts (big-endian). When it outgrows its memory it wipes the old piece, so that a state with secrets
/// leaves no copies behind; for the same reason it cannot be copied.
struct ByteWriter: ~Copyable {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int = 256) {
    bytes.reserveCapacity(capacity)
  }

  mutating func write(_ value: UInt8) {
    makeRoom(1)
    bytes.append(value)
  }

  mutating func write(_ value: UInt16) {
    writeBigEndian(UInt64(value), count: 2)
  }

  mutating func write(_ value: UInt32) {
    writeBigEndian(UInt64(value), count: 4)
  }

  mutating func write(_ value: UInt64) {
    writeBigEndian(value, count: 8)
  }

  private mutating func writeBigEndian(_ value: UInt64, count: Int) {
    makeRoom(count)
    for index in 1...count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - index)))) }
  }

  mutating func write(_ flag: Bool) {
    write(flag ? UInt8(1) : UInt8(0))
  }

  mutating func write(_ value: [UInt8]) {
    makeRoom(value.count)
    bytes.append(contentsOf: value)
  }

  mutating func write(_ secret: SecretBytes) {
    makeRoom(secret.count)
    secret.withBytes { source in
      unsafe source.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }
  }

  /// A field whose length is not fixed: its length in 32 bits, then the bytes. Fields framed so join without ambiguity.
  mutating func writeFramed(_ value: [UInt8]) {
    write(UInt32(truncatingIfNeeded: value.count))
    write(value)
  }

  /// What was written, as a secret; the writer's own memory is wiped.
  consuming func finishSecret() -> SecretBytes {
    let secret = SecretBytes(copying: bytes)
    var span = bytes.mutableSpan
    secureWipe(&span)
    return secret
  }

  private mutating func makeRoom(_ count: Int) {
    guard bytes.count + count > bytes.capacity else { return }
    var larger: [UInt8] = []
    larger.reserveCapacity(max(2 * bytes.capacity, bytes.count + count))
    larger.append(contentsOf: bytes)
    swap(&bytes, &larger)
    var span = larger.mutableSpan
    secureWipe(&span)
  }
}
