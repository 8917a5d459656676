// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// The requests of one connection that wait for an answer, oldest first.
///
/// An array, since there are at most 64 and answers mostly come in order; it holds no memory while it is empty.
struct OutstandingRequests: Sendable {
  struct Entry: Equatable, Sendable {
    /// The gateway's own number, never used twice on a connection: an answer that comes when the request was given up is
    /// not taken for one to a later request, should the client have used its number again.
    let serial: UInt64
    /// The client's number.
    let number: UInt64
    /// By the monotonic clock.
    let deadline: UInt64
    /// The message, if the request is a `Send`.
    let message: OutgoingMessage?
  }

  private var entries: [Entry] = []
  private var lastSerial: UInt64 = 0

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }
  var serials: [UInt64] { entries.map(\.serial) }

  func contains(_ number: UInt64) -> Bool { entries.contains { $0.number == number } }

  /// - Returns: the request's serial.
  mutating func insert(number: UInt64, deadline: UInt64, message: OutgoingMessage?) -> UInt64 {
    lastSerial += 1
    entries.append(Entry(serial: lastSerial, number: number, deadline: deadline, message: message))
    return lastSerial
  }

  mutating func remove(serial: UInt64) -> Entry? {
    guard let index = entries.firstIndex(where: { $0.serial == serial }) else { return nil }
    return entries.remove(at: index)
  }

  mutating func removeAll() { entries = [] }

  /// Removes several.
  /// - Returns: those that were there, oldest first, whatever the order of the serials.
  mutating func remove(serials: [UInt64]) -> [Entry] {
    var removed: [Entry] = []
    entries.removeAll { entry in
      guard serials.contains(entry.serial) else { return false }
      removed.append(entry)
      return true
    }
    return removed
  }

  /// Those whose deadline has come. All requests get the same time, so these are the oldest ones.
  mutating func removeExpired(at now: UInt64) -> [Entry] {
    guard let first = entries.first, first.deadline <= now else { return [] }
    let expired = Array(entries.prefix { $0.deadline <= now })
    entries.removeFirst(expired.count)
    return expired
  }

  /// Gives the memory back that a burst has left.
  mutating func shrinkIfEmpty() {
    if entries.isEmpty && entries.capacity > 0 { entries = [] }
  }
}
