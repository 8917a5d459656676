// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NIOCore
import NativeCrypto
import Wire

/// What stands in the place of a ciphertext: who sent it, as which number, and when, so that the recipient can check
/// and measure. Layout: run (u64) ‖ sender (u32) ‖ number (u64) ‖ time (u64, nanoseconds of this machine's uptime) ‖ zeros.
struct LoadMessage: Sendable {
  static let headerSize = 28

  let run: UInt64
  let sender: UInt32
  let number: UInt64
  /// When it was due, which is when it was sent unless the load runs behind its schedule.
  let time: NIODeadline

  func encoded(size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    func put(_ value: UInt64, _ count: Int) {
      for index in 1...count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - index)))) }
    }
    put(run, 8)
    put(UInt64(sender), 4)
    put(number, 8)
    put(time.uptimeNanoseconds, 8)
    bytes.append(contentsOf: repeatElement(0, count: max(0, size - Self.headerSize)))
    return bytes
  }

  init(run: UInt64, sender: UInt32, number: UInt64, time: NIODeadline) {
    self.run = run
    self.sender = sender
    self.number = number
    self.time = time
  }

  /// Nil for a message that no load has sent.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count >= Self.headerSize else { return nil }
    func get(_ offset: Int, _ count: Int) -> UInt64 {
      let start = bytes.startIndex + offset
      return bytes[start..<start + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(
      run: get(0, 8), sender: UInt32(get(8, 4)), number: get(12, 8),
      time: .uptimeNanoseconds(get(20, 8)))
  }

  /// The same at each retry, and another for every message of every run.
  var id: MessageID { MessageID(Identifier128(high: run, low: UInt64(sender) << 40 | number)) }
}
