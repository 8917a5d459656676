// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

/// One client, one connection, one event loop's queue, a Redis that fails and forgets, and a worker that commits.
///
/// The client sends 40 messages with up to 8 under way and repeats, in order, what is refused as retryable. Whatever
/// happens, each must be committed, and the first time in the client's order.
@Suite("The order of messages through failures")
struct OrderExplorationTests {
  struct World {
    var connection = TestConnection.ready()
    var queue = AppendQueue()
    /// What the client has sent and the gateway has not read yet.
    var wire: [(message: UInt64, request: UInt64)] = []
    /// What the gateway has said and the client has not read yet: the request, and whether it was accepted.
    var answers: [(request: UInt64, isAccepted: Bool)] = []
    /// The partition's stream: sends that the worker has not committed yet.
    var stream: [PartitionSend] = []
    var committed: [UInt64] = []

    // The client.
    var unsent: [UInt64] = Array(1...40)
    var repeats: [UInt64] = []
    var underWay: [UInt64: UInt64] = [:]
    var nextRequest: UInt64 = 10

    init() { queue.connected() }

    var isDone: Bool { unsent.isEmpty && repeats.isEmpty && underWay.isEmpty }

    /// - Parameter isPatient: whether it waits with repetitions until everything under way is answered.
    mutating func clientSends(isPatient: Bool) {
      guard underWay.count < 8 else { return }
      let message: UInt64
      if let first = repeats.first {
        guard !isPatient || underWay.isEmpty else { return }
        message = first
        repeats.removeFirst()
      } else {
        guard let first = unsent.first else { return }
        message = first
        unsent.removeFirst()
      }
      nextRequest += 1
      underWay[nextRequest] = message
      wire.append((message, nextRequest))
    }

    mutating func clientReads() {
      guard !answers.isEmpty else { return }
      let answer = answers.removeFirst()
      guard let message = underWay.removeValue(forKey: answer.request), !answer.isAccepted else { return }
      repeats = (repeats + [message]).sorted()
    }

    mutating func gatewayReads() {
      guard !wire.isEmpty else { return }
      let (message, request) = wire.removeFirst()
      perform(connection.receive(Send.test(message), request: request))
    }

    mutating func perform(_ actions: [ConnectionAction]) {
      for action in actions {
        switch action {
        case .append(let command, let partition):
          if !queue.add(command, to: partition), let send = command.send {
            perform(connection.appendFailed(send.request))
          }
        case .fail(_, let request): answers.append((request, false))
        case .send(let frame): answers.append((frame.request, frame.kind == FrameKind.accepted.rawValue))
        default: break
        }
      }
    }

    mutating func fail(_ failures: [AppendFailure]) {
      for failure in failures {
        perform(
          connection.drive { [now = connection.now] state, actions in
            state.appendFailed(failure.requests, at: now, into: &actions)
          })
      }
    }

    /// - Parameter succeeds: whether Redis takes the entry.
    mutating func append(succeeds: Bool) {
      connection.now.monotonic += 300
      guard let batch = queue.inFlight ?? queue.nextBatch(at: connection.now) else { return }
      for entry in batch.entries where succeeds {
        if case .commands(let commands) = entry.content { stream += commands.compactMap(\.send) }
      }
      fail(
        queue.completed(
          successes: batch.entries.map { _ in succeeds }, lengths: batch.probes.map { _ in 1 }, at: connection.now))
    }

    /// The connection to Redis breaks; the pipeline under way may have arrived, and Redis may have forgotten all.
    mutating func lose(arrives: Bool, forgets: Bool) {
      if arrives, let batch = queue.inFlight {
        for case .commands(let commands) in batch.entries.map(\.content) { stream += commands.compactMap(\.send) }
      }
      if forgets { stream = [] }
      fail(queue.disconnected())
      perform(
        connection.drive { [now = connection.now] state, actions in state.streamsLost(at: now, into: &actions) })
      queue.connected()
    }

    /// The worker commits what comes first, unless it has it already, and answers.
    mutating func commit() {
      guard !stream.isEmpty else { return }
      let send = stream.removeFirst()
      guard let message = Self.number(of: send) else { return }
      if !committed.contains(message) { committed.append(message) }
      perform(connection.deliver(Accepted(message: MessageID(message), acceptedAt: 1), request: send.request))
    }

    static func number(of send: PartitionSend) -> UInt64? {
      do { return try Send(encoded: send.body).message.raw.low } catch { return nil }
    }
  }

  func run(seed: UInt64, isPatient: Bool) -> World {
    var random = SeededGenerator(seed: seed)
    var world = World()
    for _ in 0..<4_000 where !world.isDone {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<30: world.clientSends(isPatient: isPatient)
      case 30..<45: world.clientReads()
      case 45..<65: world.gatewayReads()
      case 65..<70: _ = world.queue.nextBatch(at: world.connection.now)
      case 70..<80: world.append(succeeds: true)
      case 80..<83: world.append(succeeds: false)
      case 83..<86:
        world.lose(arrives: Bool.random(using: &random), forgets: Bool.random(using: &random))
      default: world.commit()
      }
    }
    return world
  }

  @Test("every message is committed once, in the client's order", arguments: [true, false])
  func order(isPatient: Bool) {
    for seed in 0..<300 {
      let world = run(seed: UInt64(seed), isPatient: isPatient)
      #expect(world.isDone, "seed \(seed)")
      #expect(world.committed == Array(1...40), "seed \(seed)")
    }
  }
}
