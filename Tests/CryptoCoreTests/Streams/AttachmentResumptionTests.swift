// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Paused attachments")
struct AttachmentResumptionTests {
  typealias Provider = NativeCryptoProvider
  private let file = AttachmentTests.file(250_000)

  // 250,000 bytes end in the last chunk; 10,000,000 in the 153rd of 156, before three of nothing but padding; 131,072
  // need no padding, and 1,000 no second chunk.
  @Test(
    "an upload goes on from any chunk, and gives the same chunks and pointer",
    arguments: [1_000, 131_072, 250_000, 10_000_000])
  func upload(size: Int) throws {
    let file = AttachmentTests.file(size)
    var first = try AttachmentEncryptor<Provider>()
    var checkpoints = [first.checkpoint]
    var chunks: [[UInt8]] = []
    try first.push(file)
    try first.finish()
    while let chunk = try first.pull() {
      chunks.append(chunk)
      checkpoints.append(first.checkpoint)
    }
    let whole = min(size / 65_536, chunks.count - 1)
    for pulled in Set([0, 1, 2, 3, whole, whole + 1, chunks.count]) where pulled <= chunks.count {
      let checkpoint = try AttachmentCheckpoint(serialized: checkpoints[pulled].serialized())
      let index = min(pulled, whole)
      #expect(checkpoint.index == UInt64(index))
      var again = try AttachmentEncryptor<Provider>(resuming: checkpoint)
      try again.push(Array(file[min(file.count, index * 65_536)...]))
      try again.finish()
      var rest: [[UInt8]] = []
      while let chunk = try again.pull() { rest.append(chunk) }
      #expect(rest == Array(chunks[index...]))
      #expect(again.pointer?.digest == first.pointer?.digest && again.pointer?.size == first.pointer?.size)
    }
  }

  @Test("a download goes on from any chunk, and still compares the digest of the whole")
  func download() throws {
    let sealed = try AttachmentTests.encrypt(file)
    var decryptor = try AttachmentDecryptor<Provider>(sealed.pointer)
    try decryptor.push(sealed.bytes)
    #expect(try decryptor.pull() == Array(file[0..<65_536]))
    let checkpoint = try #require(decryptor.checkpoint)
    let rest = Array(sealed.bytes[65_552...])
    let resumed = try AttachmentDecryptor<Provider>(sealed.pointer, resuming: checkpoint)
    #expect(try AttachmentTests.decrypt(rest, resumed) == Array(file[65_536...]))
    let forged = AttachmentCheckpoint(
      key: sealed.pointer.key, index: 1, digest: [UInt8](repeating: 0, count: 32))
    let wrong = try AttachmentDecryptor<Provider>(sealed.pointer, resuming: forged)
    #expect(throws: CryptoError.authenticationFailed) { try AttachmentTests.decrypt(rest, wrong) }
  }

  @Test("a reader may begin in the middle, and every chunk is still in its place", arguments: [1, 2, 3])
  func middle(index: Int) throws {
    let sealed = try AttachmentTests.encrypt(file)
    let decryptor = try AttachmentDecryptor<Provider>(sealed.pointer, startingAt: UInt64(index))
    let rest = Array(sealed.bytes[(index * 65_552)...])
    #expect(try AttachmentTests.decrypt(rest, decryptor) == Array(file[(index * 65_536)...]))
    #expect(throws: CryptoError.authenticationFailed) { try AttachmentTests.decrypt(sealed.bytes, decryptor) }
  }

  @Test("no download begins beyond the end or with another file's checkpoint")
  func refused() throws {
    let sealed = try AttachmentTests.encrypt(file)
    for index in [4, UInt64.max] {
      #expect(throws: CryptoError.malformed) {
        try AttachmentDecryptor<Provider>(sealed.pointer, startingAt: index)
      }
    }
    let other = try AttachmentEncryptor<Provider>().checkpoint
    #expect(throws: CryptoError.malformed) {
      try AttachmentDecryptor<Provider>(sealed.pointer, resuming: other)
    }
  }

  @Test("a checkpoint is read to its last byte")
  func layout() throws {
    var bytes = try AttachmentEncryptor<Provider>().checkpoint.serialized().exposed()
    #expect(throws: CryptoError.malformed) {
      try AttachmentCheckpoint(serialized: SecretBytes(copying: Array(bytes.dropLast())))
    }
    #expect(throws: CryptoError.malformed) { try AttachmentCheckpoint(serialized: SecretBytes(copying: bytes + [0])) }
    bytes.replaceSubrange(33..<41, with: [0, 0, 0, 0, 0, 1, 0, 0])
    #expect(try AttachmentCheckpoint(serialized: SecretBytes(copying: bytes)).index == 65_536)
    bytes[40] = 1
    #expect(throws: CryptoError.malformed) { try AttachmentCheckpoint(serialized: SecretBytes(copying: bytes)) }
    bytes[0] = 2
    #expect(throws: CryptoError.unsupportedVersion) {
      try AttachmentCheckpoint(serialized: SecretBytes(copying: bytes))
    }
  }
}
