// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Colours, or none: without a terminal, with NO_COLOR set to anything, and on terminals that call themselves dumb.
enum Style: Sendable {
  case plain
  case coloured

  static var forStandardOutput: Style {
    choose(environment: ProcessInfo.processInfo.environment, isTerminal: Terminal.isStandardOutput)
  }

  static func choose(environment: [String: String], isTerminal: Bool) -> Style {
    guard isTerminal, (environment["NO_COLOR"] ?? "").isEmpty, environment["TERM"] != "dumb" else { return .plain }
    return .coloured
  }

  func dim(_ text: String) -> String { sgr("2", text) }
  func bold(_ text: String) -> String { sgr("1", text) }
  func own(_ text: String) -> String { sgr("32", text) }
  func other(_ text: String) -> String { sgr("36;1", text) }
  func warning(_ text: String) -> String { sgr("33", text) }
  func failure(_ text: String) -> String { sgr("31;1", text) }

  private func sgr(_ code: String, _ text: String) -> String {
    self == .plain || text.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
