// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Logging
import ServiceKit
import Synchronization

/// Keeps everything that is logged, so that a test can search it.
public final class CapturedLog: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  public init() {}

  /// All lines, each a JSON object.
  public var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  public var lines: [String] { text.split(separator: "\n").map(String.init) }

  public func contains(_ text: String) -> Bool { self.text.contains(text) }

  /// A logger that writes here and nowhere else.
  public func logger(_ label: String, level: Logger.Level = .trace) -> Logger {
    Logger(label: label) { label in
      LineLogHandler(label: label, level: level) { [self] line in bytes.withLock { $0.append(contentsOf: line) } }
    }
  }
}
