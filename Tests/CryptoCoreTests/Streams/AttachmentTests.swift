// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Attachments")
struct AttachmentTests {
  typealias Encryptor = AttachmentEncryptor<NativeCryptoProvider>
  typealias Decryptor = AttachmentDecryptor<NativeCryptoProvider>

  struct Sealed {
    var chunks: [[UInt8]]
    let pointer: AttachmentPointer
    var bytes: [UInt8] { Array(chunks.joined()) }
  }

  static func file(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

  static func encrypt(_ file: [UInt8], pieces: Int = 40_000) throws -> Sealed {
    var encryptor = try Encryptor()
    var chunks: [[UInt8]] = []
    for start in stride(from: 0, to: file.count, by: pieces) {
      try encryptor.push(Array(file[start..<min(start + pieces, file.count)]))
      while let chunk = try encryptor.pull() { chunks.append(chunk) }
      #expect(encryptor.pointer == nil)
    }
    try encryptor.finish()
    while let chunk = try encryptor.pull() { chunks.append(chunk) }
    return Sealed(chunks: chunks, pointer: try #require(encryptor.pointer))
  }

  static func decrypt(_ bytes: [UInt8], _ decryptor: Decryptor, pieces: Int = 50_000) throws -> [UInt8] {
    var decryptor = decryptor
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      try decryptor.push(Array(bytes[start..<min(start + pieces, bytes.count)]))
      while let text = try decryptor.pull() { result += text }
      #expect(!decryptor.isComplete)
    }
    try decryptor.finish()
    while let text = try decryptor.pull() { result += text }
    #expect(decryptor.isComplete)
    return result
  }

  @Test(
    "a file comes back as it was, whatever pieces it is pushed in, and its ciphertext has the size that was foretold",
    arguments: [0, 1, 4_096, 4_097, 65_535, 65_536, 65_537, 131_072, 131_073, 300_000], [1_000, 65_536, 1_000_000])
  func roundTrip(count: Int, pieces: Int) throws {
    let file = Self.file(count)
    let sealed = try Self.encrypt(file, pieces: pieces)
    let pointer = try AttachmentPointer(serialized: sealed.pointer.serialized())
    #expect(pointer.size == UInt64(count))
    #expect(UInt64(sealed.bytes.count) == pointer.ciphertextSize)
    #expect(sealed.chunks.dropLast().allSatisfy { $0.count == 65_552 })
    #expect(try Self.decrypt(sealed.bytes, Decryptor(pointer), pieces: pieces) == file)
  }

  @Test("files of one size class have one length")
  func lengths() throws {
    let sizes = try [100_000, 100_001, 100_352].map { try Self.encrypt(Self.file($0)).bytes.count }
    #expect(Set(sizes) == [100_352 + 32])
    #expect(try Self.encrypt(Self.file(100_353)).bytes.count > 100_352 + 32)
  }

  @Test("every file has a key of its own")
  func keys() throws {
    let file = Self.file(10)
    #expect(try Self.encrypt(file).bytes != Self.encrypt(file).bytes)
  }

  @Test("a ciphertext that was cut, continued, reordered or changed is refused, in whole chunks too")
  func tampering() throws {
    let file = Self.file(200_000)
    let sealed = try Self.encrypt(file)
    #expect(sealed.chunks.count == 4)
    let chunks = sealed.chunks
    let flipped = chunks[1].enumerated().map { $0.offset == 500 ? $0.element ^ 1 : $0.element }
    let wrong: [[[UInt8]]] = [
      [], Array(chunks.dropLast()), Array(chunks.dropFirst()), [chunks[0]], [chunks[0], chunks[1], chunks[3]],
      chunks + [chunks[3]], chunks + [[0]], chunks + chunks, [chunks[1], chunks[0], chunks[2], chunks[3]],
      [chunks[0], chunks[0], chunks[2], chunks[3]], [chunks[0], flipped, chunks[2], chunks[3]],
      Array(chunks.dropLast()) + [Array(chunks[3].dropLast())],
    ]
    for (number, chunks) in wrong.enumerated() {
      #expect(throws: CryptoError.authenticationFailed, "case \(number)") {
        try Self.decrypt(Array(chunks.joined()), Decryptor(sealed.pointer))
      }
    }
    #expect(try Self.decrypt(sealed.bytes, Decryptor(sealed.pointer)) == file)
  }

  @Test("what was refused once is refused again, and what came before it was right")
  func failureStays() throws {
    let file = Self.file(200_000)
    var sealed = try Self.encrypt(file)
    sealed.chunks[1][0] ^= 1
    var decryptor = try Decryptor(sealed.pointer)
    try decryptor.push(sealed.bytes)
    #expect(try decryptor.pull() == Array(file[0..<65_536]))
    for _ in 0..<3 { #expect(throws: CryptoError.authenticationFailed) { try decryptor.pull() } }
  }

  @Test("another key, size or digest in the pointer is refused")
  func pointer() throws {
    let file = Self.file(70_000)
    let sealed = try Self.encrypt(file)
    let right = sealed.pointer
    let other = SecretBytes(copying: [UInt8](repeating: 9, count: 32))
    var digest = right.digest
    digest[31] ^= 1
    func decrypt(_ pointer: AttachmentPointer) throws -> [UInt8] { try Self.decrypt(sealed.bytes, Decryptor(pointer)) }
    #expect(throws: CryptoError.authenticationFailed) {
      try decrypt(AttachmentPointer(key: other, size: right.size, digest: right.digest))
    }
    #expect(throws: CryptoError.authenticationFailed) {
      try decrypt(AttachmentPointer(key: right.key, size: right.size, digest: digest))
    }
    // Of the same class, but shorter: what would be padding is not zero. Of another class: the stream has another end.
    #expect(throws: CryptoError.malformedPadding) {
      try decrypt(AttachmentPointer(key: right.key, size: right.size - 1, digest: right.digest))
    }
    for size in [UInt64(65_537), 72_000, 140_000] {
      #expect(throws: CryptoError.self) {
        try decrypt(AttachmentPointer(key: right.key, size: size, digest: right.digest))
      }
    }
  }

  @Test("a pointer is read to its last byte, and names at most 4 GiB")
  func pointerLayout() throws {
    let bytes = try Self.encrypt([1]).pointer.serialized().exposed()
    #expect(bytes.count == 73)
    for count in [0, 72] {
      #expect(throws: CryptoError.malformed) {
        try AttachmentPointer(serialized: SecretBytes(copying: Array(bytes.prefix(count))))
      }
    }
    #expect(throws: CryptoError.malformed) { try AttachmentPointer(serialized: SecretBytes(copying: bytes + [0])) }
    var changed = bytes
    changed[0] = 2
    #expect(throws: CryptoError.unsupportedVersion) { try AttachmentPointer(serialized: SecretBytes(copying: changed)) }
    changed = bytes
    changed.replaceSubrange(33..<41, with: [0, 0, 0, 1, 0, 0, 0, 0])
    #expect(try AttachmentPointer(serialized: SecretBytes(copying: changed)).size == 1 << 32)
    changed[40] = 1
    #expect(throws: CryptoError.plaintextTooLarge) { try AttachmentPointer(serialized: SecretBytes(copying: changed)) }
  }

  @Test("a file of 4 GiB is the largest")
  func largest() throws {
    let checkpoint = AttachmentCheckpoint(
      key: SecretBytes(copying: [UInt8](repeating: 1, count: 32)), index: 65_535,
      digest: [UInt8](repeating: 0, count: 32))
    var encryptor = try Encryptor(resuming: checkpoint)
    #expect(throws: CryptoError.plaintextTooLarge) { try encryptor.push([UInt8](repeating: 0, count: 65_537)) }
    try encryptor.push([UInt8](repeating: 0, count: 65_536))
    try encryptor.finish()
    #expect(try encryptor.pull()?.count == 65_552)
    #expect(encryptor.pointer?.size == 1 << 32)
  }

  @Test("after the end nothing can be pushed")
  func ended() throws {
    var encryptor = try Encryptor()
    try encryptor.finish()
    #expect(throws: CryptoError.streamEnded) { try encryptor.push([1]) }
    #expect(throws: CryptoError.streamEnded) { try encryptor.finish() }
    var decryptor = try Decryptor(Self.encrypt([]).pointer)
    try decryptor.finish()
    #expect(throws: CryptoError.streamEnded) { try decryptor.push([1]) }
    #expect(throws: CryptoError.streamEnded) { try decryptor.finish() }
  }
}
