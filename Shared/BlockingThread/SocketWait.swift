// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a thread waits for at a socket, and what it has found.
package struct SocketEvents: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Bytes, an end of file or an error can be read.
  package static let readable = SocketEvents(rawValue: 1)
  /// Bytes can be written.
  package static let writable = SocketEvents(rawValue: 2)
  /// The ``WakeSignal`` was given; it is cleared again.
  package static let woken = SocketEvents(rawValue: 4)
}

/// Blocks the calling thread until a socket is ready, another thread signals, or time is up.
package enum SocketWait {
  /// - Parameters:
  ///   - descriptor: the socket; nil to wait for the signal alone.
  ///   - deadline: nil waits for as long as it takes.
  /// - Returns: what happened; empty when the deadline has passed. An interest in writing is told of an error too.
  package static func wait(
    descriptor: Int32?, for interest: SocketEvents, signal: WakeSignal?, until deadline: ContinuousClock.Instant?
  ) -> SocketEvents {
    var asked: Int16 = 0
    if interest.contains(.readable) { asked |= Int16(POLLIN) }
    if interest.contains(.writable) { asked |= Int16(POLLOUT) }
    // poll(2) passes over negative descriptors.
    var entries = [
      pollfd(fd: descriptor ?? -1, events: asked, revents: 0),
      pollfd(fd: signal?.readEnd ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds(until: deadline))
      if count > 0 { break }
      if count == 0, let deadline, ContinuousClock.now >= deadline { return [] }
    }
    var found: SocketEvents = []
    let failure = Int16(POLLERR) | Int16(POLLHUP) | Int16(POLLNVAL)
    if entries[0].revents & (Int16(POLLIN) | failure) != 0 { found.insert(.readable) }
    if entries[0].revents & (Int16(POLLOUT) | failure) != 0 { found.insert(.writable) }
    if entries[1].revents != 0 {
      signal?.clear()
      found.insert(.woken)
    }
    return found
  }

  /// The remaining time rounded up, so that a wait never ends before its deadline and then spins.
  private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    let remaining = ContinuousClock.now.duration(to: deadline)
    guard remaining > .zero else { return 0 }
    let (seconds, attoseconds) = remaining.components
    guard seconds < 86_400 else { return 86_400_000 }
    return Int32(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
