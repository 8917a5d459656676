// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import NIOCore
import ServiceKit
import Synchronization
import Wire

/// What the event loops of one gateway share.
final class GatewayHub: Sendable {
  /// The gateway's name: the end of its stream's name, and what delivery knows its connections by.
  let name: String
  let settings: ConnectionSettings
  let appendLimits: AppendLimits
  let clock: WallClock
  let origins: ClientOrigin
  let metrics = GatewayMetrics()
  /// What connections may ask for that have not authenticated.
  let strangers: AddressBuckets
  let tokens: TokenQueue
  let portions: PortionQueue
  let redisDoubt = Signal()
  private let connectionLimits: ConnectionLimits
  private let addressCounts = Mutex<[[UInt8]: Int]>([:])
  private let connectionCount = Atomic<Int>(0)
  private let connectionNumber = Atomic<UInt64>(0)

  init(
    name: String, settings: ConnectionSettings, appendLimits: AppendLimits, connectionLimits: ConnectionLimits,
    clock: WallClock, origins: ClientOrigin, strangers: AddressBuckets, tokens: TokenQueue, portions: PortionQueue
  ) {
    self.name = name
    self.settings = settings
    self.appendLimits = appendLimits
    self.connectionLimits = connectionLimits
    self.clock = clock
    self.origins = origins
    self.strangers = strangers
    self.tokens = tokens
    self.portions = portions
  }

  func now() -> Moment {
    Moment(monotonic: NIODeadline.now().uptimeNanoseconds / 1_000_000, wall: clock.milliseconds())
  }

  /// Counts a socket in.
  /// - Parameter address: `ClientOrigin.prefix` of its other end; nil for what has no network address.
  /// - Returns: false at a bound; it is not counted then.
  func enter(from address: [UInt8]?) -> Bool {
    let count = connectionCount.add(1, ordering: .relaxed).newValue
    guard count <= connectionLimits.all, address.map(takePlace) ?? true else {
      connectionCount.subtract(1, ordering: .relaxed)
      metrics.refusedConnections.increment()
      return false
    }
    metrics.connections.set(count)
    return true
  }

  /// Counts a socket out.
  func leave(from address: [UInt8]?) {
    metrics.connections.set(connectionCount.subtract(1, ordering: .relaxed).newValue)
    guard let address else { return }
    addressCounts.withLock { counts in
      let left = counts[address, default: 1] - 1
      counts[address] = left > 0 ? left : nil
    }
  }

  /// One of the places of an address; false if it has none left.
  private func takePlace(of address: [UInt8]) -> Bool {
    addressCounts.withLock { counts in
      guard counts[address, default: 0] < connectionLimits.oneAddress else { return false }
      counts[address, default: 0] += 1
      return true
    }
  }

  var currentConnections: Int { connectionCount.load(ordering: .relaxed) }

  /// A number for a new connection: larger than all before it, and its last byte says which event loop it lives on.
  func nextConnection(on shard: Int) -> UInt64 {
    connectionNumber.add(1, ordering: .relaxed).newValue << 8 | UInt64(shard)
  }

  /// The event loop of a connection.
  static func shard(of connection: UInt64) -> Int { Int(connection & 0xFF) }
}

/// How many sockets a gateway holds.
struct ConnectionLimits: Sendable {
  let all: Int
  /// Of one IPv4 address or one IPv6 network of 64 bits, so that nobody takes all places without an account.
  let oneAddress: Int
}
