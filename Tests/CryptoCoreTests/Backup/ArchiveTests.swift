// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Archives")
struct ArchiveTests {
  typealias Writer = ArchiveWriter<NativeCryptoProvider>
  typealias Reader = ArchiveReader<NativeCryptoProvider>

  private let key: ArchiveKey

  init() throws {
    key = try RecoveryPhrase<NativeCryptoProvider>(words: RecoveryPhraseTests.panda).archiveKey()
  }

  private static func entries(_ sizes: [Int]) -> [[UInt8]] {
    sizes.enumerated().map { [UInt8](repeating: UInt8($0.offset + 1), count: $0.element) }
  }

  private func write(_ entries: [[UInt8]]) throws -> [UInt8] {
    var writer = try Writer(key: key)
    var bytes: [UInt8] = []
    for entry in entries {
      try writer.push(entry)
      while let more = try writer.pull() { bytes += more }
    }
    try writer.finish()
    while let more = try writer.pull() { bytes += more }
    return bytes
  }

  private func read(_ bytes: [UInt8], key: ArchiveKey? = nil, pieces: Int = 30_000) throws -> [[UInt8]] {
    var reader = Reader(key: key ?? self.key)
    var result: [[UInt8]] = []
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      try reader.push(Array(bytes[start..<min(start + pieces, bytes.count)]))
      while let entry = try reader.pull() { result.append(entry) }
      #expect(!reader.isComplete)
    }
    try reader.finish()
    while let entry = try reader.pull() { result.append(entry) }
    #expect(reader.isComplete)
    return result
  }

  @Test(
    "entries come back in their order, whatever pieces the archive is pushed in",
    arguments: [[], [1], [4_088], [4_089], [65_528], [65_532], [65_533, 7], [100_000, 3, 200_000], [1 << 20]],
    [1_000, 1_000_000])
  func roundTrip(sizes: [Int], pieces: Int) throws {
    let entries = Self.entries(sizes)
    #expect(try read(write(entries), pieces: pieces) == entries)
  }

  @Test("many small entries cross chunks")
  func many() throws {
    let entries = (0..<30_000).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 1 + $0 % 9) }
    #expect(try read(write(entries), pieces: 65_552) == entries)
  }

  @Test("an entry has 1 byte to 1 MiB")
  func entryBounds() throws {
    var writer = try Writer(key: key)
    #expect(throws: CryptoError.invalidLength) { try writer.push([]) }
    #expect(throws: CryptoError.invalidLength) { try writer.push([UInt8](repeating: 0, count: 1 << 20 + 1)) }
    try writer.push([UInt8](repeating: 0, count: 1 << 20))
  }

  @Test("an archive that was cut, continued, reordered or changed is refused, in whole chunks too")
  func tampering() throws {
    let bytes = try write(Self.entries([150_000, 20_000]))
    let header = Array(bytes[..<42])
    let chunks = stride(from: 42, to: bytes.count, by: 65_552).map {
      Array(bytes[$0..<min($0 + 65_552, bytes.count)])
    }
    #expect(chunks.count == 3)
    for index in [10, 41, 42, 70_000, bytes.count - 1] {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: CryptoError.authenticationFailed, "byte \(index)") { try read(changed) }
    }
    let wrong = [
      header, header + chunks[0], header + chunks[0] + chunks[1], header + chunks[1] + chunks[2], bytes + [0],
      bytes + chunks[2], header + chunks[1] + chunks[0] + chunks[2], Array(bytes.dropLast()),
    ]
    for (number, bytes) in wrong.enumerated() {
      #expect(throws: CryptoError.authenticationFailed, "case \(number)") { try read(bytes) }
    }
  }

  @Test("another phrase's key opens nothing")
  func otherKey() throws {
    let other = try RecoveryPhrase<NativeCryptoProvider>().archiveKey()
    let bytes = try write([[1]])
    #expect(throws: CryptoError.authenticationFailed) { try read(bytes, key: other) }
    let stored = try ArchiveKey(serialized: key.serialized())
    #expect(try read(bytes, key: stored) == [[1]])
    #expect(throws: CryptoError.invalidKeyLength) { try ArchiveKey(serialized: SecretBytes(copying: [1])) }
  }

  @Test("what is no archive, or one of another version, is refused by name")
  func header() throws {
    let bytes = try write([[1]])
    for index in 0..<9 {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: CryptoError.malformed) { try read(changed) }
    }
    var newer = bytes
    newer[9] = 2
    #expect(throws: CryptoError.unsupportedVersion) { try read(newer) }
    for count in [0, 1, 41] {
      #expect(throws: CryptoError.malformed) { try read(Array(bytes.prefix(count))) }
    }
  }

  @Test("the key does not permit another writer's layout: no end, a surplus after it, or the wrong padding")
  func layout() throws {
    let header = ArchiveHeader(salt: [UInt8](repeating: 5, count: 32))
    func archive(_ text: [UInt8], padding: Int) throws -> [UInt8] {
      var sealer = StreamSealer<NativeCryptoProvider>(cipher: try header.cipher(key: key, NativeCryptoProvider.self))
      try sealer.push(text)
      try sealer.end(padding: UInt64(padding))
      var result = header.bytes
      while let chunk = try sealer.pull() { result += chunk }
      return result
    }
    let entry: [UInt8] = [0, 0, 0, 1, 9]
    #expect(try read(archive(entry, padding: 4_091)) == [[9]])
    #expect(throws: CryptoError.malformed) { try read(archive(entry, padding: 0)) }
    #expect(throws: CryptoError.malformed) { try read(archive(entry, padding: 3)) }
    #expect(throws: CryptoError.malformedPadding) { try read(archive(entry, padding: 4)) }
    #expect(throws: CryptoError.malformedPadding) { try read(archive(entry, padding: 4_090)) }
    #expect(throws: CryptoError.malformedPadding) { try read(archive(entry, padding: 4_092)) }
    #expect(throws: CryptoError.malformedPadding) {
      try read(archive(entry + [0, 0, 0, 0, 0, 1], padding: 4_086))
    }
    #expect(throws: CryptoError.malformed) { try read(archive([0, 16, 0, 1], padding: 4_092)) }
  }

  @Test("after the end nothing can be pushed")
  func ended() throws {
    var writer = try Writer(key: key)
    try writer.finish()
    #expect(throws: CryptoError.streamEnded) { try writer.push([1]) }
    #expect(throws: CryptoError.streamEnded) { try writer.finish() }
    var reader = Reader(key: key)
    try reader.push(write([[1]]))
    try reader.finish()
    #expect(throws: CryptoError.streamEnded) { try reader.push([1]) }
  }
}
