// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("Memory of attachments")
struct AttachmentMemoryTests {
  @Test("whatever the size of a file, no more waits between pushing and pulling than two chunks, on both sides")
  func bounded() throws {
    var encryptor = try AttachmentEncryptor<NativeCryptoProvider>()
    let piece = [UInt8](repeating: 7, count: 50_000)
    var chunks: [[UInt8]] = []
    var (pushed, pulled, mostWaiting) = (0, 0, 0)
    // 20 MB: were anything kept that grows with the file, it would show.
    for _ in 0..<400 {
      try encryptor.push(piece)
      pushed += piece.count
      while let chunk = try encryptor.pull() {
        pulled += chunk.count
        chunks.append(chunk)
      }
      mostWaiting = max(mostWaiting, pushed - pulled)
    }
    #expect(mostWaiting <= 2 * 65_536)
    try encryptor.finish()
    while let chunk = try encryptor.pull() { chunks.append(chunk) }

    var decryptor = try AttachmentDecryptor<NativeCryptoProvider>(#require(encryptor.pointer))
    (pushed, pulled, mostWaiting) = (0, 0, 0)
    for chunk in chunks {
      try decryptor.push(chunk)
      pushed += chunk.count
      while let text = try decryptor.pull() {
        #expect(text.allSatisfy { $0 == 7 })
        pulled += text.count
      }
      // Each chunk has a tag of 16 bytes.
      mostWaiting = max(mostWaiting, pushed - pulled - 16 * chunks.count)
      if pulled == 400 * piece.count { break }
    }
    #expect(mostWaiting <= 2 * 65_536)
    #expect(pulled == 400 * piece.count)
  }
}
