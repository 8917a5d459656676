// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import ConstructCLI

@Suite("Lines of standard input")
struct InputLinesTests {
  private static let count = 100_000

  @Test("are read when they are asked for, not before, and none of a hundred thousand is dropped")
  func onDemand() async throws {
    let read = Mutex(0)
    let lines = InputLines {
      {
        read.withLock { number in
          guard number < Self.count else { return nil }
          number += 1
          return .success("\(number)")
        }
      }
    }
    var expected = 0
    for try await line in lines {
      expected += 1
      guard line == "\(expected)", read.withLock({ $0 }) == expected else {
        Issue.record("\(line) came instead of \(expected), when \(read.withLock { $0 }) were read")
        return
      }
    }
    #expect(expected == Self.count)
  }

  /// What the reader makes of these bytes; nil where it refuses.
  private func lines(_ bytes: [UInt8]) throws -> [String?] {
    let file = FileManager.default.temporaryDirectory.appending(path: "construct-lines-\(UUID().uuidString)")
    try Data(bytes).write(to: file)
    defer { do { try FileManager.default.removeItem(at: file) } catch {} }
    let handle = try FileHandle(forReadingFrom: file)
    var reader = LineReader(handle.fileDescriptor)
    var result: [String?] = []
    while let line = reader.next() {
      switch line {
      case .success(let text): result.append(text)
      case .failure: result.append(nil)
      }
    }
    try handle.close()
    return result
  }

  @Test("end with LF, CRLF, or the input")
  func ends() throws {
    #expect(try lines(Array("one\ntwo\r\n\nü".utf8)) == ["one", "two", "", "ü"])
    #expect(try lines(Array("one\n".utf8)) == ["one"])
    #expect(try lines([]).isEmpty)
  }

  @Test("may be as long as a message and come in any pieces; a longer one, and one that is not UTF-8, is refused")
  func bounds() throws {
    let longest = [UInt8](repeating: 0x61, count: LineReader.longest)
    let text = String(decoding: longest, as: UTF8.self)
    #expect(try lines(longest + [0x0A] + longest + [0x0D, 0x0A] + longest) == [text, text, text])
    #expect(try lines(longest + [0x61, 0x0A, 0x62]) == [nil, "b"])
    #expect(try lines([UInt8](repeating: 0x61, count: 1_000_000)) == [nil])
    #expect(try lines([0x61, 0x0A, 0xFF, 0x0A, 0x62]) == ["a", nil, "b"])
  }
}
