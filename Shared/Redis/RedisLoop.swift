// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import BlockingThread

/// The life of a ``RedisChannel``'s thread: takes what is queued, writes, reads, and answers the callers in order.
///
/// Writing goes on while replies come in, and everything that was queued meanwhile is written at once.
/// After a loss nothing that was under way or queued is sent again, so nothing overtakes anything.
struct RedisLoop: ~Copyable {
  /// A request whose commands are on their way, with the replies that have come.
  private struct Flight {
    let request: RedisRequest
    var deadline: ContinuousClock.Instant
    var replies: [RedisReply] = []
  }

  private let channel: RedisChannel
  private var socket: RedisSocket?
  private var backlog = Fifo<RedisRequest>()
  private var flights = Fifo<Flight>()
  private var isWriting = false
  private var backoff = Backoff()
  private let commandTimeout: Duration

  /// How many bytes of commands are handed to hiredis before the system has to take them.
  private static let writeBatchBytes = 256 << 10

  init(channel: RedisChannel) {
    self.channel = channel
    commandTimeout = .milliseconds(channel.configuration.commandTimeoutMilliseconds)
  }

  mutating func run() {
    while !channel.isClosed {
      takeQueued()
      if socket == nil && !(backlog.isEmpty ? waitForWork() : connect()) { continue }
      send()
      guard socket != nil else { continue }
      waitAndReceive()
    }
    takeQueued()
    socket = nil
    fail(.shutDown, "the client is shut down", .shutDown, "the client is shut down")
  }

  private mutating func takeQueued() {
    for request in channel.takeQueued() { backlog.append(request) }
  }

  /// Waits without a connection until there is something to do.
  /// - Returns: false, for the loop to begin anew.
  private func waitForWork() -> Bool {
    if channel.mayWait() { _ = SocketWait.wait(descriptor: nil, for: [], signal: channel.signal, until: nil) }
    return false
  }

  /// Connects after the pause that earlier failures demand; a failure fails all that wait.
  private mutating func connect() -> Bool {
    if let nextAttempt = backoff.nextAttempt, ContinuousClock.now < nextAttempt {
      _ = SocketWait.wait(descriptor: nil, for: [], signal: channel.signal, until: nextAttempt)
      if ContinuousClock.now < nextAttempt { return false }
    }
    do {
      socket = try RedisSocket.connect(channel.configuration, at: CallSite(file: #fileID, line: #line))
      backoff.attemptSucceeded()
      channel.didConnect()
      return true
    } catch {
      backoff.attemptFailed()
      takeQueued()
      for request in backlog.removeAll() {
        request.ticket.finish(
          .failure(RedisError(.unavailable, error.reason, at: request.site, serverCode: error.serverCode)))
        channel.settle(request)
      }
      return false
    }
  }

  /// Hands requests to hiredis as long as the system takes their bytes.
  private mutating func send() {
    let now = ContinuousClock.now
    while true {
      var batchBytes = 0
      while !isWriting, batchBytes < Self.writeBatchBytes, let request = backlog.popFirst() {
        // Nobody waits for it any more and the server has not heard of it.
        if request.ticket.isFinished {
          channel.settle(request)
          continue
        }
        if let generation = request.generation, generation != channel.connectionGeneration {
          channel.settle(request)
          request.fail(.unavailable, "the connection that was asked for is gone")
          continue
        }
        flights.append(Flight(request: request, deadline: now + commandTimeout + request.blockTime))
        batchBytes += request.byteCount
        for command in request.commands where socket?.append(command) != true {
          return lose(.connectionLost, "hiredis refused the command")
        }
      }
      guard batchBytes > 0 || isWriting else { return }
      switch socket?.write() {
      case .all?: isWriting = false
      case .some?:
        isWriting = true
        return
      case .failed?, nil: return lose(.connectionLost, "the connection broke")
      }
      if backlog.isEmpty { return }
    }
  }

  private mutating func waitAndReceive() {
    guard let descriptor = socket?.descriptor else { return }
    let interest: SocketEvents = isWriting ? [.readable, .writable] : .readable
    if let first = flights.first?.request, first.isAbandonable, first.ticket.isFinished {
      return lose(.connectionLost, "the connection was given up")
    }
    let firstDeadline = flights.first?.deadline
    let deadline = channel.mayWait() ? firstDeadline : .now
    let events = SocketWait.wait(descriptor: descriptor, for: interest, signal: channel.signal, until: deadline)
    if events.contains(.readable) {
      receive()
    } else if let firstDeadline, ContinuousClock.now >= firstDeadline {
      lose(.timeout, "no reply came in time")
    }
  }

  private mutating func receive() {
    // What came before the end of the stream still counts.
    let isOpen = socket?.read() ?? false
    while true {
      switch socket?.nextReply() {
      case .incomplete?:
        if !isOpen { lose(.connectionLost, "the connection broke") }
        return
      case .malformed?, nil: return lose(.connectionLost, "the connection broke")
      case .reply(let reply)?:
        guard deliver(reply) else { return lose(.connectionLost, "the server said more than it was asked") }
      }
    }
  }

  /// - Returns: false if nobody has asked for a reply.
  private mutating func deliver(_ reply: RedisReply) -> Bool {
    let isComplete = flights.updateFirst { flight in
      flight.replies.append(reply)
      return flight.replies.count == flight.request.commands.count
    }
    guard let isComplete else { return false }
    guard isComplete, let flight = flights.popFirst() else { return true }
    channel.settle(flight.request)
    flight.request.ticket.finish(.success(flight.replies))
    // The server begins to wait for the next one only now.
    _ = flights.updateFirst { next in
      if next.request.blockTime > .zero { next.deadline = .now + commandTimeout + next.request.blockTime }
    }
    return true
  }

  /// Gives the connection up: what was sent has an unknown outcome, what was queued behind it was not sent. A
  /// connection that was lost while nobody used it is replaced unnoticed: what has just been queued waits for the next.
  private mutating func lose(_ code: RedisError.Code, _ reason: String) {
    socket = nil
    isWriting = false
    guard !flights.isEmpty else { return }
    takeQueued()
    fail(code, reason, .unavailable, "the connection broke before the command was sent")
  }

  private mutating func fail(
    _ sentCode: RedisError.Code, _ sentReason: String, _ queuedCode: RedisError.Code, _ queuedReason: String
  ) {
    for flight in flights.removeAll() {
      channel.settle(flight.request)
      flight.request.fail(sentCode, sentReason)
    }
    for request in backlog.removeAll() {
      channel.settle(request)
      request.fail(queuedCode, queuedReason)
    }
  }
}
