// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Keccak-f[1600] (FIPS 202, section 3): 24 rounds over 25 lanes, lane (x, y) at x + 5y.
///
/// Every index and rotation is a constant, and the lanes live in registers and on the stack: nothing depends on what is
/// hashed.
func keccakPermutation(_ lanes: inout MutableSpan<UInt64>) {
  for round in 0..<24 {
    // θ: each lane takes the parity of two neighbouring columns.
    let c0 = lanes[0] ^ lanes[5] ^ lanes[10] ^ lanes[15] ^ lanes[20]
    let c1 = lanes[1] ^ lanes[6] ^ lanes[11] ^ lanes[16] ^ lanes[21]
    let c2 = lanes[2] ^ lanes[7] ^ lanes[12] ^ lanes[17] ^ lanes[22]
    let c3 = lanes[3] ^ lanes[8] ^ lanes[13] ^ lanes[18] ^ lanes[23]
    let c4 = lanes[4] ^ lanes[9] ^ lanes[14] ^ lanes[19] ^ lanes[24]
    let d0 = c4 ^ rotated(c1, 1)
    let d1 = c0 ^ rotated(c2, 1)
    let d2 = c1 ^ rotated(c3, 1)
    let d3 = c2 ^ rotated(c4, 1)
    let d4 = c3 ^ rotated(c0, 1)

    // ρ and π: lane (x, y) is rotated and goes to (y, 2x + 3y); here by the row it goes to.
    let row0 = (
      lanes[0] ^ d0, rotated(lanes[6] ^ d1, 44), rotated(lanes[12] ^ d2, 43), rotated(lanes[18] ^ d3, 21),
      rotated(lanes[24] ^ d4, 14)
    )
    let row1 = (
      rotated(lanes[3] ^ d3, 28), rotated(lanes[9] ^ d4, 20), rotated(lanes[10] ^ d0, 3),
      rotated(lanes[16] ^ d1, 45), rotated(lanes[22] ^ d2, 61)
    )
    let row2 = (
      rotated(lanes[1] ^ d1, 1), rotated(lanes[7] ^ d2, 6), rotated(lanes[13] ^ d3, 25), rotated(lanes[19] ^ d4, 8),
      rotated(lanes[20] ^ d0, 18)
    )
    let row3 = (
      rotated(lanes[4] ^ d4, 27), rotated(lanes[5] ^ d0, 36), rotated(lanes[11] ^ d1, 10),
      rotated(lanes[17] ^ d2, 15), rotated(lanes[23] ^ d3, 56)
    )
    let row4 = (
      rotated(lanes[2] ^ d2, 62), rotated(lanes[8] ^ d3, 55), rotated(lanes[14] ^ d4, 39),
      rotated(lanes[15] ^ d0, 41), rotated(lanes[21] ^ d1, 2)
    )

    // χ, the only step that is not linear, row by row; then ι.
    chi(row0, into: &lanes, at: 0)
    chi(row1, into: &lanes, at: 5)
    chi(row2, into: &lanes, at: 10)
    chi(row3, into: &lanes, at: 15)
    chi(row4, into: &lanes, at: 20)
    lanes[0] ^= roundConstants[round]
  }
}

private typealias Row = (UInt64, UInt64, UInt64, UInt64, UInt64)

@inline(__always)
private func chi(_ row: Row, into lanes: inout MutableSpan<UInt64>, at start: Int) {
  lanes[start] = row.0 ^ (~row.1 & row.2)
  lanes[start + 1] = row.1 ^ (~row.2 & row.3)
  lanes[start + 2] = row.2 ^ (~row.3 & row.4)
  lanes[start + 3] = row.3 ^ (~row.4 & row.0)
  lanes[start + 4] = row.4 ^ (~row.0 & row.1)
}

@inline(__always)
private func rotated(_ lane: UInt64, _ count: UInt64) -> UInt64 {
  lane &<< count | lane &>> (64 - count)
}

/// ι's constants: the output of the linear feedback shift register x^8 + x^6 + x^5 + x^4 + 1 at bits 2^j - 1.
private let roundConstants: InlineArray<24, UInt64> = {
  var constants = InlineArray<24, UInt64>(repeating: 0)
  var register: UInt8 = 1
  for round in 0..<24 {
    for exponent in 0..<7 {
      if register & 1 == 1 { constants[round] |= 1 << ((1 << exponent) - 1) }
      register = register << 1 ^ (register >> 7 == 1 ? 0x71 : 0)
    }
  }
  return constants
}()
