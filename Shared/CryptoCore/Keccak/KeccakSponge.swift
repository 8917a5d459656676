// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The sponge of FIPS 202: absorbs any number of bytes, then squeezes any number. Its state is wiped when it dies,
/// since what it hashes may be secret.
@safe
package struct KeccakSponge: ~Copyable {
  private static let laneCount = 25

  private let lanes: UnsafeMutableBufferPointer<UInt64>
  /// Bytes absorbed or squeezed at a time.
  private let rate: Int
  /// What follows the message: the function's own bits and the first bit of the padding.
  private let suffix: UInt8
  /// The next byte of the block.
  private var position = 0
  private var isSqueezing = false

  private init(rate: Int, suffix: UInt8) {
    unsafe lanes = .allocate(capacity: Self.laneCount)
    unsafe lanes.initialize(repeating: 0)
    self.rate = rate
    self.suffix = suffix
  }

  static func sha3_256() -> KeccakSponge { KeccakSponge(rate: 136, suffix: 0x06) }
  static func sha3_512() -> KeccakSponge { KeccakSponge(rate: 72, suffix: 0x06) }
  package static func shake128() -> KeccakSponge { KeccakSponge(rate: 168, suffix: 0x1F) }
  static func shake256() -> KeccakSponge { KeccakSponge(rate: 136, suffix: 0x1F) }

  deinit {
    unsafe wipeAndDeallocate(lanes)
  }

  package mutating func absorb(_ bytes: Span<UInt8>) {
    precondition(!isSqueezing)
    for index in 0..<bytes.count {
      add(bytes[index])
      if position == rate { permute() }
    }
  }

  package mutating func absorb(_ bytes: [UInt8]) {
    absorb(bytes.span)
  }

  package mutating func absorb(_ secret: SecretBytes) {
    secret.withBytes { absorb($0) }
  }

  /// Fills `target` with the next bytes of the output.
  package mutating func squeeze(into target: inout MutableSpan<UInt8>) {
    if !isSqueezing { pad() }
    for index in 0..<target.count {
      if position == rate { permute() }
      target[index] = UInt8(truncatingIfNeeded: unsafe lanes[position / 8] >> UInt64(8 * (position % 8)))
      position += 1
    }
  }

  package mutating func squeeze(_ count: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    var span = result.mutableSpan
    squeeze(into: &span)
    return result
  }

  package mutating func squeezeSecret(_ count: Int) -> SecretBytes {
    SecretBytes(count: count) { squeeze(into: &$0) }
  }

  private mutating func add(_ byte: UInt8) {
    unsafe lanes[position / 8] ^= UInt64(byte) << UInt64(8 * (position % 8))
    position += 1
  }

  /// pad10*1: its first bit is in the suffix, its last is the last bit of the block.
  private mutating func pad() {
    add(suffix)
    position = rate - 1
    add(0x80)
    permute()
    isSqueezing = true
  }

  private mutating func permute() {
    var span = unsafe lanes.mutableSpan
    keccakPermutation(&span)
    position = 0
  }
}
