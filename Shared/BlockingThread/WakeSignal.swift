// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Ends another thread's ``SocketWait`` from any thread: a pipe whose reading end is polled beside the socket.
///
/// Signals that nobody has read yet merge into one. Needs two file descriptors; a process that has none left
/// when it makes a client ends there with a message.
package final class WakeSignal: Sendable {
  let readEnd: Int32
  private let writeEnd: Int32

  package init() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { fatalError("no file descriptors are left (error \(errno))") }
    (readEnd, writeEnd) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  package func signal() {
    var byte: UInt8 = 1
    var result = unsafe write(writeEnd, &byte, 1)
    // A full pipe (EAGAIN) holds signals enough.
    while result < 0 && errno == EINTR { result = unsafe write(writeEnd, &byte, 1) }
  }

  /// Forgets the signals that have come in; called by the thread that waits.
  func clear() {
    var bytes = [UInt8](repeating: 0, count: 64)
    var result = 0
    repeat {
      result = unsafe read(readEnd, &bytes, bytes.count)
    } while result == bytes.count || (result < 0 && errno == EINTR)
  }
}
