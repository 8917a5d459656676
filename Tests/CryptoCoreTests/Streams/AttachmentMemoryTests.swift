// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Foundation
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

  #if os(Linux)
    @Test("a process that writes and reads a file needs no more memory for 64 MiB than for one", arguments: [1, 64])
    func peak(mebibytes: Int) async {
      await #expect(processExitsWith: .success) { [mebibytes] in
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { do { try FileManager.default.removeItem(at: file) } catch { Issue.record(error) } }
        // Once for what is loaded and kept at the first use.
        try Self.writeAndRead(1, at: file)
        let before = try ProcessMemory.resetPeak()
        try Self.writeAndRead(mebibytes, at: file)
        let growth = try ProcessMemory.peak() - before
        #expect(growth < 1 << 20, "it grew by \(growth) bytes")
      }
    }
  #endif

  /// Encrypts a file into `file`, piece by piece, and decrypts it from there.
  private static func writeAndRead(_ mebibytes: Int, at file: URL) throws {
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    let handle = try FileHandle(forUpdating: file)
    var encryptor = try AttachmentEncryptor<NativeCryptoProvider>()
    let piece = [UInt8](repeating: 7, count: 1 << 16)
    for _ in 0..<mebibytes * 16 {
      try encryptor.push(piece)
      while let chunk = try encryptor.pull() { try handle.write(contentsOf: chunk) }
    }
    try encryptor.finish()
    while let chunk = try encryptor.pull() { try handle.write(contentsOf: chunk) }

    var decryptor = try AttachmentDecryptor<NativeCryptoProvider>(#require(encryptor.pointer))
    var count = 0
    try handle.seek(toOffset: 0)
    while let bytes = try handle.read(upToCount: 1 << 16), !bytes.isEmpty {
      try decryptor.push(Array(bytes))
      while let text = try decryptor.pull() { count += text.count }
    }
    try decryptor.finish()
    while let text = try decryptor.pull() { count += text.count }
    try handle.close()
    #expect(decryptor.isComplete && count == mebibytes << 20)
  }
}

#if os(Linux)
  /// What the kernel says of this process, in bytes.
  private enum ProcessMemory {
    /// Forgets how much it once was.
    /// - Returns: what it is now.
    static func resetPeak() throws -> Int {
      try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
      return try peak()
    }

    static func peak() throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
      return try #require(Int(line.filter(\.isNumber))) << 10
    }
  }
#endif
