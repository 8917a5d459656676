// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Known answers of backups")
struct BackupKnownAnswerTests {
  typealias Provider = ScriptedProvider

  struct Case: Decodable {
    let entropy: Hex
    let rootClassic: Hex
    let rootClassicPublic: Hex
    let archiveKey: Hex
    let salt: Hex
    let entrySizes: [Int]
    let archiveSize: Int
    let archiveHash: Hex
  }

  @Test("another implementation derives the same root and writes the same archive")
  func answers() throws {
    for test in try KnownAnswers.load("backups", as: Case.self) {
      let phrase = try RecoveryPhrase<Provider>(entropy: test.entropy.secret)
      let root = try phrase.rootIdentity(NativeClassicSuite.self)
      #expect(root.serialized().exposed() == test.rootClassic.bytes)
      #expect(root.publicKey.bytes == test.rootClassicPublic.bytes)
      let key = try phrase.archiveKey()
      #expect(key.serialized().exposed() == test.archiveKey.bytes)
      var writer = try Provider.withRandomness(test.salt.bytes) { try ArchiveWriter<Provider>(key: key) }
      for (index, size) in test.entrySizes.enumerated() {
        try writer.push(KnownAnswers.fixed("entry \(index + 1)", size))
      }
      try writer.finish()
      var archive: [UInt8] = []
      while let bytes = try writer.pull() { archive += bytes }
      #expect(archive.count == test.archiveSize)
      #expect(Provider.sha256(archive) == test.archiveHash.bytes)
    }
  }
}
