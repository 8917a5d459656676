// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// The work of one ``BlockingThread`` and the life of its thread, which is started by the first job.
final class JobQueue: Sendable {
  typealias Job = @Sendable () -> Void

  private struct State {
    var jobs: [Job] = []
    var isClosed = false
    var thread = ThreadState.none
    var waitingForEnd: [CheckedContinuation<Void, Never>] = []
  }

  private enum ThreadState {
    case none, running, asleep
  }

  private enum Step {
    case run([Job]), sleep, end([CheckedContinuation<Void, Never>])
  }

  private enum Nudge {
    case none, wake, start
  }

  private let name: String
  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)

  init(name: String) {
    self.name = name
  }

  /// - Returns: false if the queue is closed.
  func add(_ job: @escaping Job) -> Bool {
    let nudge = state.withLock { state -> Nudge? in
      state.isClosed ? nil : Self.append(job, to: &state)
    }
    guard let nudge else { return false }
    act(on: nudge)
    return true
  }

  func addAlways(_ job: @escaping Job) {
    act(on: state.withLock { Self.append(job, to: &$0) })
  }

  func close() {
    act(on: state.withLock { Self.close(&$0) })
  }

  func closeAndWait() async {
    await withCheckedContinuation { continuation in
      let nudge = state.withLock { state -> Nudge? in
        guard state.thread != .none else {
          state.isClosed = true
          return nil
        }
        state.waitingForEnd.append(continuation)
        return Self.close(&state)
      }
      if let nudge { act(on: nudge) } else { continuation.resume() }
    }
  }

  private static func append(_ job: @escaping Job, to state: inout State) -> Nudge {
    state.jobs.append(job)
    switch state.thread {
    case .running: return .none
    case .asleep:
      state.thread = .running
      return .wake
    case .none:
      state.thread = .running
      return .start
    }
  }

  private static func close(_ state: inout State) -> Nudge {
    state.isClosed = true
    guard state.thread == .asleep else { return .none }
    state.thread = .running
    return .wake
  }

  private func act(on nudge: Nudge) {
    switch nudge {
    case .none: break
    case .wake: wakeUp.signal()
    case .start: startThread(named: name) { self.loop() }
    }
  }

  private func loop() {
    while true {
      switch nextStep() {
      case .run(let jobs): for job in jobs { job() }
      case .sleep: wakeUp.wait()
      case .end(let waiting):
        for continuation in waiting { continuation.resume() }
        return
      }
    }
  }

  private func nextStep() -> Step {
    state.withLock { state in
      if !state.jobs.isEmpty {
        defer { state.jobs = [] }
        return .run(state.jobs)
      }
      if state.isClosed {
        defer { state.waitingForEnd = [] }
        state.thread = .none
        return .end(state.waitingForEnd)
      }
      state.thread = .asleep
      return .sleep
    }
  }
}
