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
  let tokens: TokenQueue
  let portions: PortionQueue
  let redisDoubt = Signal()
  private let maximumConnections: Int
  private let connectionCount = Atomic<Int>(0)
  private let connectionNumber = Atomic<UInt64>(0)

  init(
    name: String, settings: ConnectionSettings, appendLimits: AppendLimits, maximumConnections: Int,
    clock: WallClock, origins: ClientOrigin, tokens: TokenQueue, portions: PortionQueue
  ) {
    self.name = name
    self.settings = settings
    self.appendLimits = appendLimits
    self.maximumConnections = maximumConnections
    self.clock = clock
    self.origins = origins
    self.tokens = tokens
    self.portions = portions
  }

  func now() -> Moment {
    Moment(monotonic: NIODeadline.now().uptimeNanoseconds / 1_000_000, wall: clock.milliseconds())
  }

  /// Counts a socket in.
  /// - Returns: false at the bound; it is not counted then.
  func enter() -> Bool {
    let count = connectionCount.add(1, ordering: .relaxed).newValue
    guard count <= maximumConnections else {
      connectionCount.subtract(1, ordering: .relaxed)
      metrics.refusedConnections.increment()
      return false
    }
    metrics.connections.set(count)
    return true
  }

  /// Counts a socket out.
  func leave() {
    metrics.connections.set(connectionCount.subtract(1, ordering: .relaxed).newValue)
  }

  var currentConnections: Int { connectionCount.load(ordering: .relaxed) }

  /// A number for a new connection: larger than all before it, and its last byte says which event loop it lives on.
  func nextConnection(on shard: Int) -> UInt64 {
    connectionNumber.add(1, ordering: .relaxed).newValue << 8 | UInt64(shard)
  }

  /// The event loop of a connection.
  static func shard(of connection: UInt64) -> Int { Int(connection & 0xFF) }
}
