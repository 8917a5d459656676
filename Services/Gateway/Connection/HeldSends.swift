// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// A message that a connection sends, and to whom.
struct OutgoingMessage: Equatable, Sendable {
  let id: MessageID
  let recipient: AccountID
}

/// Messages that a connection was refused for a reason that passes, in the order in which they must come again.
///
/// When a `Send` is refused, those behind it are on their way already and would overtake it. So until it comes again,
/// every other `Send` to the same account is refused too, and must come again behind it. Other accounts' partitions may be
/// well, and order is promised for each recipient by itself. Nobody can tell whether a client gives a message up, so a
/// recipient's list is forgotten when nothing has happened for a while.
struct HeldSends: Sendable {
  private var messages: [OutgoingMessage] = []
  /// Of the recipients that have messages here; by the monotonic clock.
  private var deadlines: [AccountID: UInt64] = [:]

  /// More than any client has under way that keeps to what `Welcome` says.
  static let capacity = 2 * WireLimits.outstandingRequests

  var isEmpty: Bool { messages.isEmpty }
  var list: [MessageID] { messages.map(\.id) }

  /// Whether the message may be sent now: nothing is held for its recipient, or it is the one whose turn it is. While the
  /// list is full it cannot be known what else was refused, and nothing but what stands in it is taken.
  mutating func admits(_ message: OutgoingMessage, at now: Moment) -> Bool {
    for (recipient, deadline) in deadlines where deadline <= now.monotonic {
      deadlines[recipient] = nil
      messages.removeAll { $0.recipient == recipient }
    }
    guard let first = messages.first(where: { $0.recipient == message.recipient }) else {
      return messages.count < Self.capacity
    }
    return first == message
  }

  /// The message was taken.
  mutating func sent(_ message: OutgoingMessage, until deadline: UInt64) {
    guard let index = messages.firstIndex(where: { $0.recipient == message.recipient }), messages[index] == message
    else {
      return
    }
    messages.remove(at: index)
    let isLast = !messages.contains { $0.recipient == message.recipient }
    deadlines[message.recipient] = isLast ? nil : deadline
  }

  /// The message was refused as it came: it stands behind all that were refused before.
  mutating func refused(_ message: OutgoingMessage, until deadline: UInt64) {
    if !messages.contains(message) {
      guard messages.count < Self.capacity else { return }
      messages.append(message)
    }
    // A client that keeps trying has given nothing up.
    deadlines[message.recipient] = deadline
  }

  /// Messages that had been taken could not be appended. They were taken before all that are held were refused.
  mutating func failed(_ failed: [OutgoingMessage], until deadline: UInt64) {
    guard !failed.isEmpty else { return }
    messages = Array((failed + messages.filter { !failed.contains($0) }).prefix(Self.capacity))
    for message in failed { deadlines[message.recipient] = deadline }
    deadlines = deadlines.filter { recipient, _ in messages.contains { $0.recipient == recipient } }
  }
}
