// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Testing

@Suite("Hexadecimal digits", .timeLimit(.minutes(3)))
struct HexadecimalTests {
  @Test("bytes come back from their digits in either case")
  func roundTrip() {
    let all = [UInt8](0...255)
    #expect([UInt8](hexadecimal: all.hexadecimal) == all)
    #expect([UInt8](hexadecimal: all.hexadecimal.uppercased()) == all)
    #expect([UInt8]().hexadecimal == "")
    #expect([UInt8](hexadecimal: "") == [])
  }

  @Test("half a byte and other characters are refused", arguments: ["0", "0g", "g0", " 00", "0x", "é0"])
  func refused(text: String) {
    #expect([UInt8](hexadecimal: text) == nil)
  }

  @Test("random bytes have the length that was asked for and are not the same twice")
  func random() {
    for count in [0, 1, 7, 8, 9, 32] { #expect([UInt8].random(count: count).count == count) }
    #expect([UInt8].random(count: 16) != [UInt8].random(count: 16))
  }
}
