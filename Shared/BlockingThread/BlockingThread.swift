// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One operating system thread for calls that block, kept off the threads that Swift's tasks share.
///
/// Work runs strictly one after the other, in the order in which it was handed over. The thread is an actor's
/// executor (`unownedExecutor`) or is used through ``run(_:)``. What waits is not bounded here: a caller that
/// can produce without end bounds itself.
///
/// The thread ends after ``shutdown()``, or once nothing refers to this object and everything handed over has run.
public final class BlockingThread: SerialExecutor {
  private let queue: JobQueue

  /// - Parameter name: shown by debuggers and `top`; the system keeps the first 15 bytes.
  public init(name: String) {
    queue = JobQueue(name: name)
  }

  deinit {
    queue.close()
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // A task's job cannot be refused: after a shutdown it is run by a thread that lives for it alone.
    queue.addAlways { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  /// Runs `body` on the thread and returns what it returns.
  ///
  /// A cancelled caller still waits: a blocking call cannot be left half done.
  /// - Throws: what `body` throws; ``BlockingThreadError/shutDown`` after ``shutdown()``.
  public func run<T: Sendable>(_ body: @Sendable @escaping () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let isAccepted = perform { continuation.resume(with: Result { try body() }) }
      if !isAccepted { continuation.resume(throwing: BlockingThreadError.shutDown) }
    }
  }

  /// Hands work over without waiting for it.
  /// - Returns: false after ``shutdown()``; the work is not run then.
  package func perform(_ body: @Sendable @escaping () -> Void) -> Bool {
    queue.add { withExtendedLifetime(self, body) }
  }

  /// Refuses further work, and returns when what was handed over before has run and the thread has ended.
  ///
  /// Must not be awaited on the thread itself.
  public func shutdown() async {
    await queue.closeAndWait()
  }
}

/// Why a ``BlockingThread`` did not take a piece of work.
public enum BlockingThreadError: Error, Sendable {
  /// The thread has been shut down.
  case shutDown
}
