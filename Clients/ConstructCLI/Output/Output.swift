// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where a command's results go: lines for people, or one JSON object a line for scripts. Errors go to standard error.
struct Output: Sendable {
  let isJSON: Bool
  let style: Style

  init(json: Bool) {
    isJSON = json
    style = json ? .plain : Style.forStandardOutput
  }

  /// One result: `text` for people, `record` for scripts.
  func result<Record: Encodable>(_ record: Record, _ text: @autoclosure () -> String) {
    write(isJSON ? JSONLine.encode(record) : text(), to: .standardOutput)
  }

  /// Something that only people want to read.
  func note(_ text: @autoclosure () -> String) {
    if !isJSON { write(text(), to: .standardOutput) }
  }

  /// The same, of what happens meanwhile, beside the results.
  func tell(_ text: @autoclosure () -> String) {
    if !isJSON { write(text(), to: .standardError) }
  }

  /// Something that does not end the command.
  func warn(code: String, message: String, advice: String? = nil) {
    write(
      isJSON
        ? JSONLine.encode(ProblemRecord(type: "warning", code: code, message: message, advice: advice))
        : sentence("construct: \(message)", advice),
      to: .standardError)
  }

  /// What ends the command.
  func fail(code: String, message: String, advice: String?) {
    write(
      isJSON
        ? JSONLine.encode(ProblemRecord(type: "error", code: code, message: message, advice: advice))
        : sentence("construct: \(message)", advice),
      to: .standardError)
  }

  private func sentence(_ message: String, _ advice: String?) -> String { advice.map { "\(message) \($0)" } ?? message }

  private func write(_ line: String, to file: FileHandle) {
    // A reader that has gone away ends the process by SIGPIPE, as it does any filter.
    do { try file.write(contentsOf: Data((line + "\n").utf8)) } catch { exit(ExitReason.storeFailed.rawValue) }
  }
}

/// JSON on one line, keys in alphabetical order.
enum JSONLine {
  static func encode<Record: Encodable>(_ record: Record) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return String(decoding: try encoder.encode(record), as: UTF8.self) } catch {
      // The records hold strings, whole numbers and booleans; none of them can fail.
      return #"{"code":"software","message":"The result cannot be written as JSON.","type":"error"}"#
    }
  }
}
