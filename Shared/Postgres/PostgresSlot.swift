// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import BlockingThread

/// A place in a ``PostgresPool``: a thread, and the connection that lives on it when there is one.
actor PostgresSlot {
  nonisolated let index: Int
  private nonisolated let thread: BlockingThread
  private nonisolated let stopSignal = WakeSignal()
  private nonisolated let configuration: PostgresConfiguration
  private var connection: PostgresConnection?
  private var backoff = Backoff()
  private var isClosed = false

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

  init(index: Int, configuration: PostgresConfiguration) {
    self.index = index
    self.configuration = configuration
    thread = BlockingThread(name: "postgres-\(index)")
  }

  /// Lends the connection to `body`, connecting first if need be.
  /// - Parameter finish: called on the thread afterwards, with whether the connection stands and with the error if
  ///   none could be made.
  func run<T: Sendable>(
    at site: CallSite,
    _ body: @Sendable (borrowing PostgresConnection) throws -> T,
    finish: @Sendable (_ isOpen: Bool, _ connectFailure: PostgresError?) -> Void
  ) throws -> T {
    try use(readyOrReport(at: site, finish), body, finish)
  }

  /// Closes the connection for good, after the body that is running.
  func close() {
    isClosed = true
    connection = nil
  }

  /// Ends a pause before the next attempt to connect, refuses what comes, and waits for the thread's end.
  nonisolated func shutdown() async {
    stopSignal.signal()
    await close()
    await thread.shutdown()
  }

  private func use<T: Sendable>(
    _ lent: consuming PostgresConnection,
    _ body: (borrowing PostgresConnection) throws -> T,
    _ finish: (_ isOpen: Bool, _ connectFailure: PostgresError?) -> Void
  ) throws -> T {
    let result: Result<T, any Error>
    do {
      result = .success(try body(lent))
    } catch {
      result = .failure(error)
    }
    finish(settle(lent), nil)
    return try result.get()
  }

  private func readyOrReport(
    at site: CallSite, _ finish: (_ isOpen: Bool, _ connectFailure: PostgresError?) -> Void
  ) throws(PostgresError) -> PostgresConnection {
    do {
      return try ready(at: site)
    } catch {
      finish(false, error)
      throw error
    }
  }

  private func ready(at site: CallSite) throws(PostgresError) -> PostgresConnection {
    guard !isClosed else { throw PostgresError(.shutDown, "the pool is shut down", at: site) }
    if let standing = connection.take(), standing.isStanding { return standing }
    if let nextAttempt = backoff.nextAttempt {
      let events = SocketWait.wait(descriptor: nil, for: [], signal: stopSignal, until: nextAttempt)
      if events.contains(.woken) { throw PostgresError(.shutDown, "the pool is shut down", at: site) }
    }
    do {
      let fresh = try PostgresConnection(configuration, at: site)
      backoff.attemptSucceeded()
      return fresh
    } catch {
      backoff.attemptFailed()
      throw error
    }
  }

  /// Keeps a connection for the next caller if it can serve one.
  private func settle(_ used: consuming PostgresConnection) -> Bool {
    used.rollBack()
    guard used.isReusable else { return false }
    connection = consume used
    return true
  }
}
