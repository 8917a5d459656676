// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Inputs made of seeds: the same for the same number, everywhere. What libFuzzer does with knowledge of the code, this does
/// without, in every run of the tests.
package struct Mutations {
  private let seeds: [[UInt8]]
  private var state: UInt64

  package init(of seeds: [[UInt8]], seed: UInt64) {
    self.seeds = seeds
    state = seed
  }

  /// One seed, changed in one to four places, cut, lengthened or joined with another.
  package mutating func next() -> [UInt8] {
    guard !seeds.isEmpty else { return [] }
    var bytes = seeds[random(seeds.count)]
    for _ in 0...random(4) {
      let position = random(bytes.count + 1)
      switch random(6) {
      case 0 where position < bytes.count: bytes[position] ^= 1 << UInt8(random(8))
      case 1 where position < bytes.count: bytes[position] = [0, 1, 0x7F, 0x80, 0xFF][random(5)]
      case 2: bytes.removeLast(bytes.count - position)
      case 3: bytes.insert(contentsOf: (0..<random(5)).map { _ in UInt8(random(256)) }, at: position)
      case 4: bytes.removeSubrange(position..<min(bytes.count, position + random(5)))
      case 5:
        let other = seeds[random(seeds.count)]
        bytes = Array(bytes[..<position]) + other[min(position, other.count)...]
      default: break
      }
    }
    return bytes
  }

  /// SplitMix64, below `bound`.
  private mutating func random(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(max(bound, 1)))
  }
}
