// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

@Suite("Log lines", .timeLimit(.minutes(3)))
struct LineLogHandlerTests {
  private func line(_ write: (Logger) -> Void) throws -> [String: String] {
    let bytes = Mutex<[UInt8]>([])
    let clock = WallClock { 1_700_000_000_123 }
    write(
      Logger(label: "auth") { label in
        LineLogHandler(label: label, level: .trace, clock: clock) { line in
          bytes.withLock { $0.append(contentsOf: line) }
        }
      })
    let all = bytes.withLock { $0 }
    #expect(all.last == 0x0A)
    #expect(all.count { $0 == 0x0A } == 1, "a record is one line")
    return try JSONDecoder().decode([String: String].self, from: Data(all))
  }

  @Test("a record is one line of JSON with its metadata, whatever is in it")
  func escaping() throws {
    let nasty = "quote \" backslash \\ line\nfeed\ttab\r\u{0}\u{1F}\u{7F} – 😀"
    let record = try line { $0.warning("\(nasty)", metadata: ["reason": "\(nasty)"]) }
    #expect(record["message"] == nasty)
    #expect(record["reason"] == nasty)
    #expect(record["level"] == "warning")
    #expect(record["logger"] == "auth")
    #expect(record["time"] == "2023-11-14T22:13:20.123Z")
  }

  @Test("the metadata of the record comes over the logger's")
  func metadata() throws {
    let record = try line { logger in
      var logger = logger
      logger[metadataKey: "a"] = "logger"
      logger[metadataKey: "b"] = "logger"
      logger.info("x", metadata: ["b": "record"])
    }
    #expect(record["a"] == "logger")
    #expect(record["b"] == "record")
  }

  @Test("a text without end is cut")
  func length() throws {
    let record = try line { $0.info("\(String(repeating: "é", count: 100_000))") }
    #expect((record["message"]?.utf8.count ?? 0) <= LineLogHandler.maximumTextBytes + 8)
  }

  @Test("what is below the level is not written")
  func level() {
    let log = CapturedLog()
    log.logger("x", level: .notice).info("quiet")
    #expect(log.text.isEmpty)
  }
}
