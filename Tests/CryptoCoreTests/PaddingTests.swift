// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("Padding")
struct PaddingTests {
  @Test("the size classes are these 32")
  func classes() {
    var sizes: [Int] = []
    for count in 0...Padding.maximumPlaintextSize {
      let size = Padding.paddedSize(of: count)
      #expect(size > count)
      if size != sizes.last { sizes.append(size) }
    }
    #expect(sizes.count == 32)
    #expect(sizes == sizes.sorted())
    #expect(Array(sizes.prefix(12)) == [160, 320, 480, 640, 800, 960, 1_120, 1_280, 1_536, 1_792, 2_048, 2_560])
    #expect(sizes.last == Padding.maximumPaddedSize)
  }

  @Test("what was padded is restored", arguments: [0, 1, 158, 159, 160, 1_119, 1_120, 2_047, 2_048, 81_919])
  func roundTrip(count: Int) throws {
    let plaintext = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let padded = try Padding.pad(plaintext)
    #expect(padded.count == Padding.paddedSize(of: count))
    #expect(try Padding.unpad(padded) == plaintext)
    // Plaintext that looks like padding stays what it is.
    let zeros = [UInt8](repeating: 0, count: count)
    #expect(try Padding.unpad(Padding.pad(zeros)) == zeros)
  }

  @Test("any other padding is refused")
  func malformed() throws {
    let padded = try Padding.pad([1, 2, 3])
    #expect(throws: CryptoError.malformedPadding) { try Padding.unpad([]) }
    #expect(throws: CryptoError.malformedPadding) { try Padding.unpad([UInt8](repeating: 0, count: 160)) }
    #expect(throws: CryptoError.malformedPadding) { try Padding.unpad(Array(padded.dropLast())) }
    #expect(throws: CryptoError.malformedPadding) { try Padding.unpad(padded + [0]) }
    #expect(throws: CryptoError.malformedPadding) {
      try Padding.unpad(padded + [UInt8](repeating: 0, count: 160))
    }
    var noMarker = padded
    noMarker[3] = 0x81
    #expect(throws: CryptoError.malformedPadding) { try Padding.unpad(noMarker) }
    var trailing = padded
    trailing[159] = 1
    #expect(throws: CryptoError.malformedPadding) { try Padding.unpad(trailing) }
  }

  @Test("the longest plaintext fits into a message of 96 KiB, one byte more is refused")
  func largest() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    let longest = String(repeating: "x", count: Padding.maximumPlaintextSize)
    let message = try pair.alice.send(longest)
    #expect(message.bytes.count < 96 * 1_024)
    #expect(try pair.toBob(message) == longest)
    let before = pair.alice.record.serialized()
    #expect(throws: CryptoError.plaintextTooLarge) { try pair.alice.send(longest + "x") }
    #expect(pair.alice.record.serialized().isEqual(to: before))
  }

  @Test("messages of one class have one length")
  func lengths() throws {
    var pair = try Pair.connected()
    let short = try pair.alice.send("")
    let long = try pair.alice.send(String(repeating: "x", count: 159))
    #expect(short.bytes.count == long.bytes.count)
    // Prefix 3, tag 8, header 40, class 160, AEAD tag 16.
    #expect(short.bytes.count == 227)
  }
}
