// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Chunked streams")
struct ChunkCipherTests {
  typealias Cipher = ChunkCipher<NativeCryptoProvider>

  private let cipher: Cipher
  private let full = [UInt8](repeating: 7, count: 65_536)

  init() throws {
    cipher = try Cipher(key: SecretBytes(copying: [UInt8](repeating: 1, count: 32)), associatedData: [1, 2])
  }

  @Test("a chunk opens at its index, with its place as the last or not, and with its associated data only")
  func place() throws {
    let chunk = try cipher.seal(full, index: 3, isLast: false)
    #expect(try cipher.open(chunk, index: 3, isLast: false) == full)
    #expect(throws: CryptoError.authenticationFailed) { try cipher.open(chunk, index: 2, isLast: false) }
    #expect(throws: CryptoError.authenticationFailed) { try cipher.open(chunk, index: 3, isLast: true) }
    let other = try Cipher(key: SecretBytes(copying: [UInt8](repeating: 1, count: 32)), associatedData: [1])
    #expect(throws: CryptoError.authenticationFailed) { try other.open(chunk, index: 3, isLast: false) }
  }

  @Test("chunks have exactly 64 KiB, and only the last may have less")
  func sizes() throws {
    #expect(throws: CryptoError.invalidLength) { try cipher.seal(Array(full.dropLast()), index: 0, isLast: false) }
    for isLast in [false, true] {
      #expect(throws: CryptoError.invalidLength) { try cipher.seal(full + [1], index: 0, isLast: isLast) }
    }
    #expect(try cipher.seal(full, index: 0, isLast: true).count == 65_552)
    let empty = try cipher.seal([], index: 0, isLast: true)
    #expect(try cipher.open(empty, index: 0, isLast: true) == [])
    for count in [0, 15, 65_553] {
      #expect(throws: CryptoError.authenticationFailed) {
        try cipher.open([UInt8](repeating: 0, count: count), index: 0, isLast: true)
      }
    }
  }

  @Test("there are 2^32 chunks, and the index after them is refused")
  func lastIndex() throws {
    let chunk = try cipher.seal([1], index: 1 << 32 - 1, isLast: true)
    #expect(try cipher.open(chunk, index: 1 << 32 - 1, isLast: true) == [1])
    #expect(throws: CryptoError.chainExhausted) { try cipher.seal([1], index: 1 << 32, isLast: true) }
    #expect(throws: CryptoError.chainExhausted) { try cipher.open(chunk, index: 1 << 32, isLast: true) }
  }

  @Test("a key has 32 bytes", arguments: [0, 31, 33])
  func key(count: Int) {
    #expect(throws: CryptoError.invalidKeyLength) {
      try Cipher(key: SecretBytes(copying: [UInt8](repeating: 1, count: count)))
    }
  }

  @Test(
    "padded sizes are these",
    arguments: [
      (0, 4_096), (1, 4_096), (4_096, 4_096), (4_097, 4_352), (4_352, 4_352), (4_353, 4_608), (65_536, 65_536),
      (65_537, 67_584), (100_000, 100_352), (1_048_576, 1_048_576), (1_048_577, 1_081_344),
      (4_294_967_295, 4_294_967_296), (4_294_967_296, 4_294_967_296), (4_294_967_297, 4_362_076_160),
    ] as [(UInt64, UInt64)])
  func paddedSizes(size: UInt64, padded: UInt64) {
    #expect(SizePadding.paddedSize(of: size) == padded)
    #expect(SizePadding.paddedSize(of: padded) == padded)
  }

  @Test("up to 4 GiB there are 577 padded sizes, none of which adds more than a sixteenth")
  func paddedClasses() {
    var (size, classes) = (UInt64(1), 0)
    while size <= 1 << 32 {
      let padded = SizePadding.paddedSize(of: size)
      #expect(padded >= size && (size <= 4_096 || padded - size <= size / 16))
      classes += 1
      size = padded + 1
    }
    #expect(classes == 577)
  }
}
