// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Writes fixed layouts (big-endian). When it outgrows its memory it wipes the old piece, so that a state with secrets
/// leaves no copies behind; for the same reason it cannot be copied.
struct ByteWriter: ~Copyable {
  /// What was written, and zeros where there is room for more.
  private(set) var memory: [UInt8]
  private var count = 0

  init(capacity: Int = 256) {
    memory = .zeros(capacity)
  }

  mutating func write(_ value: UInt8) { writeBigEndian(value) }
  mutating func write(_ value: UInt16) { writeBigEndian(value) }
  mutating func write(_ value: UInt32) { writeBigEndian(value) }
  mutating func write(_ value: UInt64) { writeBigEndian(value) }

  private mutating func writeBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    let offset = take(MemoryLayout<Value>.size)
    var span = memory.mutableSpan
    var target = unsafe span.mutableBytes
    target.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Value.self)
  }

  mutating func write(_ flag: Bool) {
    write(flag ? UInt8(1) : UInt8(0))
  }

  mutating func write(_ value: [UInt8]) {
    write(value.span)
  }

  mutating func write(_ secret: SecretBytes) {
    secret.withBytes { write($0) }
  }

  private mutating func write(_ value: Span<UInt8>) {
    let offset = take(value.count)
    var target = memory.mutableSpan
    copy(value, into: &target, at: offset)
  }

  /// A field whose length is not fixed: its length in 32 bits, then the bytes. Fields framed so join without ambiguity.
  mutating func writeFramed(_ value: [UInt8]) {
    write(UInt32(truncatingIfNeeded: value.count))
    write(value)
  }

  /// What was written.
  consuming func finish() -> [UInt8] {
    memory.removeLast(memory.count - count)
    return memory
  }

  /// What was written, as a secret; the writer's own memory is wiped.
  consuming func finishSecret() -> SecretBytes {
    let secret = SecretBytes(copying: memory.span.extracting(0..<count))
    var span = memory.mutableSpan
    secureWipe(&span)
    return secret
  }

  /// Takes the next `size` bytes, and answers where they begin.
  private mutating func take(_ size: Int) -> Int {
    let offset = count
    count += size
    if count > memory.count { grow(to: max(2 * memory.count, count)) }
    return offset
  }

  private mutating func grow(to size: Int) {
    var larger = [UInt8].zeros(size)
    var target = larger.mutableSpan
    copy(memory.span, into: &target, at: 0)
    swap(&memory, &larger)
    var span = larger.mutableSpan
    secureWipe(&span)
  }
}

extension [UInt8] {
  /// As `init(repeating:count:)`, which looks the array's class up each time: that takes as long as the memory itself.
  fileprivate static func zeros(_ count: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.append(addingCapacity: count) { $0.append(repeating: 0, count: count) }
    return result
  }
}
