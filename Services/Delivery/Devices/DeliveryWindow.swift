// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// The deliveries to one connection that its device has not acknowledged yet, oldest first.
///
/// Bounded in number, as clients are told in Ready, and in bytes, so that a device that reads slowly never makes its
/// gateway hold more for it than the gateway bears (1 MiB by default): a whole window fits twice, because it is sent
/// again while the first sending may still be on its way. Bodies are not kept: what must be sent again is read from the
/// mailbox again.
struct DeliveryWindow: Hashable, Sendable {
  struct Bounds: Hashable, Sendable {
    /// Deliveries.
    var messages = WireLimits.unacknowledgedDeliveries
    /// Bytes of ciphertext. A single message may be larger, and a page may overshoot by one message.
    var bytes = 393_216
  }

  private struct Delivery: Hashable, Sendable {
    let sequence: UInt64
    let bytes: Int
    let isUrgent: Bool
  }

  private let bounds: Bounds
  private var deliveries: [Delivery] = []
  private var bytes = 0

  init(bounds: Bounds) { self.bounds = bounds }

  var isEmpty: Bool { deliveries.isEmpty }
  var count: Int { deliveries.count }
  /// The oldest that is not acknowledged.
  var first: UInt64? { deliveries.first?.sequence }
  var hasUrgent: Bool { deliveries.contains { $0.isUrgent } }

  /// How many more messages fit.
  var room: Int { max(0, bounds.messages - deliveries.count) }
  /// How many more bytes fit.
  var byteRoom: Int { max(0, bounds.bytes - bytes) }

  func hasRoom(bytes size: Int) -> Bool { deliveries.isEmpty || (room > 0 && size <= byteRoom) }

  /// Whether there is room enough that reading a page from the mailbox is worth its cost: a quarter of the window.
  var isWorthFilling: Bool {
    deliveries.isEmpty || (room >= max(1, bounds.messages / 4) && byteRoom >= max(1, bounds.bytes / 4))
  }

  /// `sequence` is greater than all that were added before.
  mutating func add(_ sequence: UInt64, bytes size: Int, isUrgent: Bool) {
    deliveries.append(Delivery(sequence: sequence, bytes: size, isUrgent: isUrgent))
    bytes += size
  }

  /// Removes what lies in the ranges, which are ascending and do not overlap.
  mutating func remove(_ ranges: [SequenceRange]) {
    var range = ranges[...]
    deliveries.removeAll { delivery in
      while let next = range.first, next.last < delivery.sequence { range.removeFirst() }
      guard let next = range.first, next.first <= delivery.sequence else { return false }
      bytes -= delivery.bytes
      return true
    }
  }

  mutating func removeAll() {
    deliveries.removeAll()
    bytes = 0
  }
}
