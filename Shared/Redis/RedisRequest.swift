// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Commands that one caller sends together, on their way to the connection.
struct RedisRequest: Sendable {
  let commands: [RedisCommand]
  let byteCount: Int
  /// How long the server may take beyond the command timeout because it was told to wait.
  let blockTime: Duration
  /// The connection is given up when the caller no longer waits, so that the server hands nothing to nobody.
  let isAbandonable: Bool
  /// The connection that it must go over, counted as in `connectionGeneration`; nil for any.
  let generation: UInt64?
  let site: CallSite
  let ticket = RedisTicket()

  init(
    _ commands: [RedisCommand], blockTime: Duration = .zero, isAbandonable: Bool = false, generation: UInt64? = nil,
    at site: CallSite
  ) {
    self.commands = commands
    self.generation = generation
    byteCount = commands.reduce(0) { $0 + $1.bytes.count }
    self.blockTime = blockTime
    self.isAbandonable = isAbandonable
    self.site = site
  }

  func fail(_ code: RedisError.Code, _ reason: String) {
    ticket.finish(.failure(RedisError(code, reason, at: site)))
  }
}

/// Where a caller waits for the replies. It is finished once; whoever comes later is ignored.
final class RedisTicket: Sendable {
  typealias Outcome = Result<[RedisReply], RedisError>

  private enum State {
    case fresh
    case waiting(CheckedContinuation<Outcome, Never>)
    case finished(Outcome)
    case collected
  }

  private let state = Mutex(State.fresh)

  /// - Returns: whether the caller has stopped waiting or has its outcome.
  var isFinished: Bool {
    state.withLock { state in
      switch state {
      case .fresh, .waiting: false
      case .finished, .collected: true
      }
    }
  }

  func finish(_ outcome: Outcome) {
    let waiter = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
      switch state {
      case .fresh:
        state = .finished(outcome)
        return nil
      case .waiting(let continuation):
        state = .collected
        return continuation
      case .finished, .collected:
        return nil
      }
    }
    waiter?.resume(returning: outcome)
  }

  /// Waits for the outcome; called once.
  func outcome() async -> Outcome {
    await withCheckedContinuation { continuation in
      let outcome = state.withLock { state -> Outcome? in
        if case .finished(let outcome) = state {
          state = .collected
          return outcome
        }
        state = .waiting(continuation)
        return nil
      }
      if let outcome { continuation.resume(returning: outcome) }
    }
  }
}
