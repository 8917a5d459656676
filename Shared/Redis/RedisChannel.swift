// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import BlockingThread
import Synchronization

/// One connection with its thread, and the queue by which any task hands commands to it.
///
/// The thread runs one ``RedisLoop`` until the channel is closed.
final class RedisChannel: Sendable {
  private struct State {
    var queue: [RedisRequest] = []
    /// Commands and bytes that are queued or under way.
    var commandCount = 0
    var byteCount = 0
    var isClosed = false
    /// The thread waits for its socket and must be woken.
    var isWaiting = false
  }

  let configuration: RedisConfiguration
  let signal = WakeSignal()
  private let state = Mutex(State())
  private let generation = Atomic<UInt64>(0)
  private let thread: BlockingThread

  init(_ configuration: RedisConfiguration, threadName: String) {
    self.configuration = configuration
    thread = BlockingThread(name: threadName)
    let isStarted = thread.perform {
      var loop = RedisLoop(channel: self)
      loop.run()
    }
    assert(isStarted, "a new thread takes work")
  }

  var connectionGeneration: UInt64 { generation.load(ordering: .acquiring) }

  var queuedCommandCount: Int { state.withLock { $0.commandCount } }

  /// Queues a request and waits for its replies.
  func send(_ request: RedisRequest) async throws(RedisError) -> [RedisReply] {
    if request.commands.isEmpty { return [] }
    try enqueue(request)
    let outcome = await withTaskCancellationHandler {
      await request.ticket.outcome()
    } onCancel: {
      request.fail(.cancelled, "the caller was cancelled")
      if request.isAbandonable { signal.signal() }
    }
    return try outcome.get()
  }

  private func enqueue(_ request: RedisRequest) throws(RedisError) {
    enum Verdict { case queued(mustWake: Bool), refused(RedisError.Code, String) }
    let verdict = state.withLock { state -> Verdict in
      if state.isClosed { return .refused(.shutDown, "the client is shut down") }
      let commandCount = request.commands.count
      let (maximumCommands, maximumBytes) = (configuration.maximumQueuedCommands, configuration.maximumQueuedBytes)
      guard commandCount <= maximumCommands, request.byteCount <= maximumBytes else {
        return .refused(.tooLarge, "the commands exceed the client's bound")
      }
      guard commandCount <= maximumCommands - state.commandCount, request.byteCount <= maximumBytes - state.byteCount
      else { return .refused(.backpressure, "too many commands are waiting") }
      state.commandCount += commandCount
      state.byteCount += request.byteCount
      state.queue.append(request)
      defer { state.isWaiting = false }
      return .queued(mustWake: state.isWaiting)
    }
    switch verdict {
    case .refused(let code, let reason): throw RedisError(code, reason, at: request.site)
    case .queued(let mustWake): if mustWake { signal.signal() }
    }
  }

  /// Refuses what comes, and has the loop fail what is there and end.
  func close() {
    state.withLock { $0.isClosed = true }
    signal.signal()
  }

  func closeAndWait() async {
    close()
    await thread.shutdown()
  }

  // What follows is the loop's side.

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Takes everything that is queued.
  func takeQueued() -> [RedisRequest] {
    state.withLock { state in
      state.isWaiting = false
      defer { state.queue = [] }
      return state.queue
    }
  }

  /// Asks whether the thread may wait, and has the next request wake it then.
  func mayWait() -> Bool {
    state.withLock { state in
      state.isWaiting = state.queue.isEmpty && !state.isClosed
      return state.isWaiting
    }
  }

  /// Gives a request's share of the bounds back.
  func settle(_ request: RedisRequest) {
    state.withLock { state in
      state.commandCount -= request.commands.count
      state.byteCount -= request.byteCount
    }
  }

  func didConnect() {
    generation.add(1, ordering: .acquiringAndReleasing)
  }
}
