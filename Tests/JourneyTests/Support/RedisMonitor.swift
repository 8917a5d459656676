// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Redis
import TestSupport

/// Every command that a stack's Redis database carries out meanwhile, as Redis' own MONITOR tells it.
final class RedisMonitor {
  private let stack: TestStack
  private let process = Process()
  private let file: URL
  /// How a line of this database goes on behind its time.
  private let mark: String

  /// Returns when MONITOR has begun.
  init(_ stack: TestStack) async throws {
    self.stack = stack
    file = FileManager.default.temporaryDirectory.appending(path: "construct-monitor-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
      throw TestSupportError("no file for MONITOR")
    }
    let address = stack.settings["redis.url"] ?? ""
    let parts = address.dropFirst("unix://".count).split(separator: "?db=")
    guard address.hasPrefix("unix://"), parts.count == 2 else {
      throw TestSupportError("the tests' Redis has no Unix socket")
    }
    mark = "[\(parts[1]) "
    process.executableURL = URL(filePath: "/usr/bin/redis-cli")
    process.arguments = ["-s", String(parts[0]), "monitor"]
    process.standardOutput = try FileHandle(forWritingTo: file)
    process.standardError = FileHandle.nullDevice
    try process.run()
    try await awaitMark("construct monitor begins")
  }

  /// Ends a monitor that was not finished: a process that is left keeps the test run's output open.
  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// All commands of this database since then, with MONITOR's escapes undone.
  func finish() async throws -> [UInt8] {
    try await awaitMark("construct monitor ends")
    kill(process.processIdentifier, SIGKILL)
    let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
    try FileManager.default.removeItem(at: file)
    let mark = Data(mark.utf8)
    return lines.filter { $0.prefix(40).range(of: mark) != nil }.flatMap { Self.unescaped($0) + [0x0A] }
  }

  /// Says something to Redis until MONITOR has written it down: its beginning is nothing that one could wait for.
  private func awaitMark(_ text: String) async throws {
    let reader = try FileHandle(forReadingFrom: file)
    defer { reader.closeFile() }
    var tail = Data()
    while tail.range(of: Data(text.utf8)) == nil {
      try await stack.redis.send(RedisCommand("ECHO", .text(text)))
      tail = tail.suffix(text.utf8.count) + (try reader.read(upToCount: 16_777_216) ?? Data())
    }
  }

  private static func unescaped(_ line: Data) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = line[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "x"):
        bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "a"): bytes.append(0x07)
      case UInt8(ascii: "b"): bytes.append(0x08)
      default: bytes.append(escape)
      }
    }
    return bytes
  }
}
