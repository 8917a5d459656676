// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Known answers of attachments")
struct AttachmentKnownAnswerTests {
  typealias Provider = ScriptedProvider

  struct Case: Decodable {
    let file: String
    let size: Int
    let key: Hex
    let ciphertextSize: Int
    let chunkHashes: [Hex]
    let digests: [Hex]
    let pointer: Hex
  }

  @Test("another implementation gives the same chunks, digests and pointer")
  func answers() throws {
    for test in try KnownAnswers.load("attachments", as: Case.self) {
      let file = KnownAnswers.fixed(test.file, test.size)
      var encryptor = try Provider.withRandomness(test.key.bytes) { try AttachmentEncryptor<Provider>() }
      try encryptor.push(file)
      try encryptor.finish()
      var ciphertext: [UInt8] = []
      for (hash, digest) in zip(test.chunkHashes, test.digests) {
        #expect(encryptor.checkpoint.digest == digest.bytes)
        let chunk = try #require(try encryptor.pull())
        #expect(Provider.sha256(chunk) == hash.bytes)
        ciphertext += chunk
      }
      #expect(try encryptor.pull() == nil)
      #expect(ciphertext.count == test.ciphertextSize)
      #expect(encryptor.pointer?.digest == test.digests.last?.bytes)
      #expect(encryptor.pointer?.serialized().exposed() == test.pointer.bytes)
    }
  }
}
