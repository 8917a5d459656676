// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension RingElements {
  /// SampleNTT (FIPS 203, algorithm 7) of ρ ‖ `first` ‖ `second`: coefficients in [0, q). All of it is public, and so
  /// the time may depend on it.
  mutating func sampleUniform(_ element: Int, seed: Span<UInt8>, first: UInt8, second: UInt8) {
    var sponge = KeccakSponge.shake128()
    sponge.absorb(seed)
    sponge.absorb([first, second])
    var index = 0
    var block = InlineArray<168, UInt8>(repeating: 0)
    while index < Self.degree {
      var span = block.mutableSpan
      sponge.squeeze(into: &span)
      var offset = 0
      while offset < 168 && index < Self.degree {
        let (b0, b1, b2) = (Int16(block[offset]), Int16(block[offset + 1]), Int16(block[offset + 2]))
        let candidates = (b0 | (b1 & 0x0F) << 8, b1 >> 4 | b2 << 4)
        if candidates.0 < Self.modulus {
          self[element, index] = candidates.0
          index += 1
        }
        if candidates.1 < Self.modulus && index < Self.degree {
          self[element, index] = candidates.1
          index += 1
        }
        offset += 3
      }
    }
  }

  /// SamplePolyCBD₂ (algorithm 8) of PRF₂(`seed`, `nonce`): coefficients in -2...2.
  mutating func sampleSmall(_ element: Int, seed: SecretBytes, nonce: UInt8) {
    var sponge = KeccakSponge.shake256()
    sponge.absorb(seed)
    sponge.absorb([nonce])
    sponge.squeezeSecret(Self.degree / 2).withBytes { bytes in
      for index in 0..<Self.degree {
        let bits = Int16(bytes[index / 2] >> UInt8(4 * (index % 2)))
        self[element, index] = (bits & 1) + (bits >> 1 & 1) - (bits >> 2 & 1) - (bits >> 3 & 1)
      }
    }
  }
}
