// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Messages that a connection was refused for a reason that passes, in the order in which they must come again.
///
/// When a `Send` is refused, those behind it are on their way already and would overtake it. So until it comes again,
/// every other `Send` is refused too, and must come again behind it. Nobody can tell whether a client gives a message up,
/// so the list is forgotten when nothing has happened for a while.
struct HeldSends: Sendable {
  private var messages: [MessageID] = []
  /// By the monotonic clock.
  private var deadline: UInt64 = 0

  /// More than any client has under way that keeps to what `Welcome` says.
  static let capacity = 2 * WireLimits.outstandingRequests

  var isEmpty: Bool { messages.isEmpty }
  var list: [MessageID] { messages }

  /// Whether the message may be sent now: nothing is held, or it is the one whose turn it is.
  mutating func admits(_ message: MessageID, at now: Moment) -> Bool {
    if deadline <= now.monotonic { messages = [] }
    return messages.first.map { $0 == message } ?? true
  }

  /// The message was taken.
  mutating func sent(_ message: MessageID, until deadline: UInt64) {
    guard messages.first == message else { return }
    messages.removeFirst()
    self.deadline = deadline
  }

  /// The message was refused as it came: it stands behind all that were refused before.
  mutating func refused(_ message: MessageID, until deadline: UInt64) {
    guard !messages.contains(message), messages.count < Self.capacity else { return }
    messages.append(message)
    self.deadline = deadline
  }

  /// Messages that had been taken could not be appended. They were taken before all that are held were refused.
  mutating func failed(_ failed: [MessageID], until deadline: UInt64) {
    guard !failed.isEmpty else { return }
    messages = Array((failed + messages.filter { !failed.contains($0) }).prefix(Self.capacity))
    self.deadline = deadline
  }
}
