// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Logging

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Writes each record as one line of JSON: `time`, `level`, `message`, `source`, and the metadata by name.
///
/// Records larger than ``maximumTextBytes`` in one value are cut, so that no record can flood the log.
public struct LineLogHandler: LogHandler {
  /// Takes one whole line with its line feed; called from any thread.
  public typealias Sink = @Sendable ([UInt8]) -> Void

  public static let maximumTextBytes = 4_096

  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let sink: Sink
  private let clock: WallClock

  /// - Parameters:
  ///   - label: the logger's, written as `logger`.
  ///   - sink: where the lines go; standard error by default.
  public init(
    label: String, level: Logger.Level = .info, clock: WallClock = .system,
    sink: @escaping Sink = LineLogHandler.standardError
  ) {
    self.label = label
    logLevel = level
    self.clock = clock
    self.sink = sink
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var line = LogFormat()
    line.put("time", Self.timestamp(clock.milliseconds()))
    line.put("level", event.level.rawValue)
    line.put("logger", label)
    line.put("message", Self.shortened(event.message.description))
    if let error = event.error { line.put("error", Self.shortened("\(error)")) }
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
    if let given = event.metadata { all.merge(given) { _, new in new } }
    for (name, value) in all.sorted(by: { $0.key < $1.key }) { line.put(name, Self.shortened("\(value)")) }
    sink(line.finish())
  }

  /// One `write` for each line, so that lines of several threads do not mix. A line that nobody takes is lost.
  public static let standardError: Sink = { line in
    var rest = line[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if written < 0 && errno != EINTR { return }
      rest = rest.dropFirst(max(0, written))
    }
  }

  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > maximumTextBytes else { return text }
    return String(decoding: Array(text.utf8.prefix(maximumTextBytes)), as: UTF8.self) + "…"
  }

  /// RFC 3339 in UTC with milliseconds.
  private static func timestamp(_ milliseconds: UInt64) -> String {
    let seconds = Date(timeIntervalSince1970: Double(milliseconds / 1_000)).formatted(.iso8601)
    let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
    return "\(seconds.dropLast()).\(fraction)Z"
  }
}
