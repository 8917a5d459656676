// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Foundation

/// Messages as lines for people.
struct MessageText: Sendable {
  let style: Style
  private let calendar: Calendar

  init(style: Style, timeZone: TimeZone = .current) {
    self.style = style
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    self.calendar = calendar
  }

  /// `2026-03-01`.
  func day(_ milliseconds: UInt64) -> String {
    let parts = calendar.dateComponents([.year, .month, .day], from: date(milliseconds))
    return "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))"
  }

  /// `14:05`.
  func time(_ milliseconds: UInt64) -> String {
    let parts = calendar.dateComponents([.hour, .minute], from: date(milliseconds))
    return "\(padded(parts.hour, 2)):\(padded(parts.minute, 2))"
  }

  /// `14:05 bob  Hello`, further lines indented below the first; own messages end in their state.
  func lines(_ message: Message) -> [String] {
    let who = message.direction == .incoming ? message.contact : "you"
    let time = time(message.sentAt)
    let indent = String(repeating: " ", count: time.count + 1 + who.count + 2)
    let name = message.direction == .incoming ? style.other(who) : style.own(who)
    var lines = body(message).enumerated().map { index, line in
      index == 0 ? "\(style.dim(time)) \(name)  \(line)" : indent + line
    }
    if message.direction == .outgoing { lines[lines.count - 1] += " \(mark(message.state))" }
    if case .failed(let why) = message.state {
      lines.append(indent + style.failure(Advice.text(for: why)))
    }
    return lines
  }

  /// The same behind the date, for a list that is not one conversation.
  func dated(_ message: Message) -> String {
    lines(message).enumerated().map { index, line in
      index == 0 ? "\(style.dim(day(message.sentAt))) \(line)" : String(repeating: " ", count: 11) + line
    }.joined(separator: "\n")
  }

  func mark(_ state: Message.State) -> String {
    switch state {
    case .waiting: style.dim("…")
    case .accepted: style.own("✓")
    case .failed: style.failure("✗")
    case .received, .unreadable: ""
    }
  }

  private func body(_ message: Message) -> [String] {
    if case .unreadable(let reason) = message.state {
      let again = reason.isAskedAgain ? "; it was asked for again" : ""
      return [style.warning("[a message that could not be read: \(Advice.text(for: reason))\(again)]")]
    }
    return SafeText.lines(message.text ?? "")
  }

  private func date(_ milliseconds: UInt64) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1_000) }

  private func padded(_ number: Int?, _ digits: Int) -> String {
    let text = String(number ?? 0)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
