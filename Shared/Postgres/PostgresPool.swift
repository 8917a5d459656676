// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A fixed number of connections to one PostgreSQL, lent to one caller at a time.
///
/// Connections are opened when they are needed, looked at before they are lent, and made anew after a failure, with
/// growing pauses while the server is away. A pool that is no longer referred to closes its connections; a service
/// awaits ``shutdown()``.
public final class PostgresPool: Sendable {
  public let configuration: PostgresConfiguration
  private let slots: [PostgresSlot]
  private let ledger: Mutex<PoolLedger>

  /// How often ``withTransaction(_:file:line:_:)`` runs its body at most.
  public static let maximumTransactionAttempts = 5

  public init(_ configuration: PostgresConfiguration) {
    self.configuration = configuration
    let size = max(1, configuration.poolSize)
    slots = (0..<size).map { PostgresSlot(index: $0, configuration: configuration) }
    ledger = Mutex(PoolLedger(size: size, maximumWaiters: max(0, configuration.maximumWaiters)))
  }

  /// Lends a connection: runs `body` on that connection's own thread.
  ///
  /// A task that is cancelled while it waits for a connection gets `CancellationError`; once `body` runs, it runs to
  /// its end.
  /// - Throws: what `body` throws; ``PostgresError`` `.poolExhausted`, `.unavailable`, `.shutDown` if it was not run.
  public func withConnection<T: Sendable>(
    file: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (borrowing PostgresConnection) throws -> T
  ) async throws -> T {
    let site = CallSite(file: file, line: line)
    let slot = slots[try await acquire(at: site)]
    return try await slot.run(at: site, body) { isOpen, connectFailure in
      self.ledger.withLock {
        $0.giveBack(slot.index, isOpen: isOpen, connectFailure: connectFailure)
      }.run()
    }
  }

  /// Runs `body` in a transaction: COMMIT when it returns, ROLLBACK when it throws.
  ///
  /// After a serialization failure or a deadlock it is run again, at most ``maximumTransactionAttempts`` times, so it
  /// must have no other effects.
  /// - Throws: what `body` throws; ``PostgresError`` `.connectionLost` if the transaction may or may not have been
  ///   committed; `.transactionAborted` if `body` swallowed the failure of a statement.
  public func withTransaction<T: Sendable>(
    _ isolation: IsolationLevel = .readCommitted, file: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (borrowing PostgresConnection) throws -> T
  ) async throws -> T {
    var attempt = 1
    while true {
      do {
        return try await withConnection(file: file, line: line) { connection in
          try connection.transaction(isolation, body)
        }
      } catch let error as PostgresError
        where error.code == .serializationFailure && attempt < Self.maximumTransactionAttempts
      {
        // Two that have met are drawn apart.
        try await Task.sleep(for: .milliseconds(1 << attempt) * Double.random(in: 0.5...1))
        attempt += 1
      }
    }
  }

  /// Returns if the server answers.
  public func checkHealth(file: StaticString = #fileID, line: UInt = #line) async throws {
    try await withConnection(file: file, line: line) { connection in
      _ = try connection.query("SELECT 1")
    }
  }

  public var statistics: PostgresPoolStatistics {
    ledger.withLock { $0.statistics }
  }

  /// Refuses new callers and those who wait, lets running bodies end, and closes the connections and their threads.
  public func shutdown() async {
    ledger.withLock { $0.shutDown(at: CallSite(file: #fileID, line: #line)) }.run()
    await withDiscardingTaskGroup { group in
      for slot in slots { group.addTask { await slot.shutdown() } }
    }
  }

  private func acquire(at site: CallSite) async throws -> Int {
    try Task.checkCancellation()
    if let slot = ledger.withLock({ $0.takeIdle() }) { return slot }
    let id = ledger.withLock { $0.newWaiterID() }
    return try await withTaskCancellationHandler {
      async let _ = expire(id, at: site)
      return try await withCheckedThrowingContinuation { continuation in
        ledger.withLock { $0.wait(id, continuation, at: site) }.run()
        // The handler may have run before there was anybody to be found.
        if Task.isCancelled { giveUp(id, CancellationError()) }
      }
    } onCancel: {
      giveUp(id, CancellationError())
    }
  }

  private func expire(_ id: UInt64, at site: CallSite) async {
    do {
      try await Task.sleep(for: configuration.acquireTimeout)
    } catch {
      return
    }
    giveUp(id, PostgresError(.poolExhausted, "no connection became free in time", at: site))
  }

  private func giveUp(_ id: UInt64, _ error: any Error) {
    ledger.withLock { $0.giveUp(id, error) }.run()
  }
}
