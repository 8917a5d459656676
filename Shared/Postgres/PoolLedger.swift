// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Who has which connection of a pool and who waits for one: the pool's decisions, without its I/O.
struct PoolLedger {
  typealias Waiter = CheckedContinuation<Int, any Error>

  private var idle: [Int]
  private var waiters: [(id: UInt64, continuation: Waiter)] = []
  private var open: Set<Int> = []
  private var nextWaiter: UInt64 = 0
  private let size: Int
  private let maximumWaiters: Int
  private(set) var isShutDown = false

  /// Continuations to resume once the lock is released.
  struct Resumptions {
    var granted: (waiter: Waiter, slot: Int)?
    var refused: [Waiter] = []
    var error: (any Error)?

    func run() {
      if let granted { granted.waiter.resume(returning: granted.slot) }
      if let error { for waiter in refused { waiter.resume(throwing: error) } }
    }
  }

  init(size: Int, maximumWaiters: Int) {
    self.size = size
    self.maximumWaiters = maximumWaiters
    idle = Array((0..<size).reversed())
  }

  var statistics: PostgresPoolStatistics {
    PostgresPoolStatistics(idle: idle.count, busy: size - idle.count, waiting: waiters.count)
  }

  /// The connection that was used last, so that few stay warm when few are needed.
  mutating func takeIdle() -> Int? {
    isShutDown ? nil : idle.popLast()
  }

  mutating func newWaiterID() -> UInt64 {
    nextWaiter += 1
    return nextWaiter
  }

  /// - Returns: what to do at once, if the caller need not or must not wait.
  mutating func wait(_ id: UInt64, _ continuation: Waiter, at site: CallSite) -> Resumptions {
    if isShutDown {
      return Resumptions(refused: [continuation], error: PostgresError(.shutDown, "the pool is shut down", at: site))
    }
    if let slot = idle.popLast() { return Resumptions(granted: (continuation, slot)) }
    guard waiters.count < maximumWaiters else {
      let error = PostgresError(.poolExhausted, "too many callers wait for a connection", at: site)
      return Resumptions(refused: [continuation], error: error)
    }
    waiters.append((id, continuation))
    return Resumptions()
  }

  mutating func giveUp(_ id: UInt64, _ error: any Error) -> Resumptions {
    guard let index = waiters.firstIndex(where: { $0.id == id }) else { return Resumptions() }
    return Resumptions(refused: [waiters.remove(at: index).continuation], error: error)
  }

  /// Takes a slot back and hands it to the caller who has waited longest.
  ///
  /// When it failed to connect and no other slot is connected, the server is away: all who wait hear it now.
  mutating func giveBack(_ slot: Int, isOpen: Bool, connectFailure: PostgresError?) -> Resumptions {
    if isOpen { open.insert(slot) } else { open.remove(slot) }
    if let connectFailure, open.isEmpty {
      idle.append(slot)
      defer { waiters = [] }
      return Resumptions(refused: waiters.map(\.continuation), error: connectFailure)
    }
    guard !waiters.isEmpty else {
      idle.append(slot)
      return Resumptions()
    }
    return Resumptions(granted: (waiters.removeFirst().continuation, slot))
  }

  mutating func shutDown(at site: CallSite) -> Resumptions {
    isShutDown = true
    defer { waiters = [] }
    return Resumptions(
      refused: waiters.map(\.continuation), error: PostgresError(.shutDown, "the pool is shut down", at: site))
  }
}

/// How busy a ``PostgresPool`` is at one moment.
public struct PostgresPoolStatistics: Sendable, Equatable {
  /// Connections that nobody uses, open or not yet open.
  public let idle: Int
  /// Connections that are lent.
  public let busy: Int
  /// Callers that wait for a connection.
  public let waiting: Int
}
