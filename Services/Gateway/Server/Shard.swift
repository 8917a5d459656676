// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Wire

/// The connections of one event loop and what they want appended to Redis. Everything here happens on that loop, so a
/// message passes through the gateway without a lock.
final class Shard {
  let eventLoop: any EventLoop
  let hub: GatewayHub
  let pump: AppendPump
  var tally = Tally()
  private let index: Int
  private var connections: [UInt64: ConnectionHandler] = [:]
  /// Sockets that have not become WebSockets yet.
  private var handshakes: [UInt64: (channel: any Channel, acceptedAt: Moment)] = [:]
  private var queue: AppendQueue
  /// The connection to Redis on which the streams are known to be whole; nil while there is none.
  private var generation: UInt64?
  private var batchNumber: UInt64 = 0
  private var isAppendScheduled = false
  private var isDraining = false
  private var spareActions: [ConnectionAction] = []
  private var idleWaiters: [EventLoopPromise<Void>] = []
  private var sweeping: RepeatedTask?

  init(index: Int, eventLoop: any EventLoop, hub: GatewayHub, pump: AppendPump) {
    self.index = index
    self.eventLoop = eventLoop
    self.hub = hub
    self.pump = pump
    queue = AppendQueue(limits: hub.appendLimits)
  }

  var gateway: String { hub.name }
  var settings: ConnectionSettings { hub.settings }

  func now() -> Moment { hub.now() }

  func origin(of address: SocketAddress?) -> [UInt8]? { hub.origins.hash(of: address) }

  /// An empty array with room, so that most messages need no memory for their actions.
  func borrowActions() -> [ConnectionAction] {
    defer { spareActions = [] }
    return spareActions
  }

  func giveBack(_ actions: inout [ConnectionAction]) {
    actions.removeAll(keepingCapacity: actions.capacity <= 64)
    swap(&actions, &spareActions)
  }
}

// What connections ask for.
extension Shard {
  /// A socket was accepted.
  /// - Returns: its number as a connection, and when that was.
  func accept(_ channel: any Channel) -> (connection: UInt64, at: Moment) {
    let connection = hub.nextConnection(on: index)
    let now = now()
    handshakes[connection] = (channel, now)
    return (connection, now)
  }

  /// A socket is gone before it became a WebSocket.
  func abandon(_ connection: UInt64) {
    handshakes[connection] = nil
    tellIfIdle()
  }

  func add(_ handler: ConnectionHandler) {
    handshakes[handler.connection] = nil
    connections[handler.connection] = handler
    if isDraining { drain(handler, reconnectWithin: 0) }
  }

  func remove(_ handler: ConnectionHandler) {
    connections[handler.connection] = nil
    tellIfIdle()
  }

  func verify(_ token: String, for connection: UInt64) -> Bool {
    hub.tokens.submit(token, for: connection, of: ShardHandle(self, eventLoop: eventLoop))
  }

  func take(_ portion: Portion, of device: DeviceAddress, for connection: UInt64) -> Bool {
    hub.portions.submit(
      PortionRequest(portion: portion, device: device), for: connection, of: ShardHandle(self, eventLoop: eventLoop))
  }

  /// Counts a request of somebody who has not authenticated.
  /// - Returns: milliseconds until the address may make another, if it may not make this one.
  func strangerWaits(at address: SocketAddress?) -> UInt64? {
    ClientOrigin.prefix(of: address).flatMap { hub.strangers.take($0, at: now().monotonic) }
  }

  /// - Returns: false if a `Send` is refused.
  func append(_ command: PartitionCommand, to partition: Partition) -> Bool {
    defer { scheduleAppend() }
    return queue.add(command, to: partition)
  }

  /// - Returns: false if the request is refused.
  func append(_ request: ServiceRequest, to serviceQueue: ServiceQueue) -> Bool {
    defer { scheduleAppend() }
    return queue.add(request, to: serviceQueue)
  }

  /// Appends when every socket that has something has been read, so that what came together travels together.
  private func scheduleAppend() {
    guard !isAppendScheduled else { return }
    isAppendScheduled = true
    eventLoop.assumeIsolated().execute { [self] in
      isAppendScheduled = false
      appendNext()
    }
  }

  private func appendNext() {
    guard let generation, let batch = queue.nextBatch(at: now()) else { return tellIfIdle() }
    batchNumber += 1
    let handle = ShardHandle(self, eventLoop: eventLoop)
    pump.submit(AppendPump.Job(batch: batch, number: batchNumber, generation: generation, shard: handle))
  }
}

// What comes from outside.
extension Shard {
  /// A pipeline was answered, or was lost.
  func appended(_ outcome: AppendPump.Outcome, number: UInt64) {
    // One of before a loss that everybody has been told of.
    guard number == batchNumber, queue.inFlight != nil else { return }
    switch outcome {
    case .answered(let successes, let lengths):
      report(queue.completed(successes: successes, lengths: lengths, at: now()))
      appendNext()
    case .lost:
      generation = nil
      report(queue.disconnected())
      hub.redisDoubt.give()
    }
  }

  private func report(_ failures: [AppendFailure]) {
    for failure in failures {
      tally.appendFailures += UInt64(failure.requests.count)
      guard let connection = connections[failure.connection] else { continue }
      connection.drive { state, actions in
        state.appendFailed(failure.requests, at: now(), into: &actions)
      }
      connection.flush()
    }
  }

  /// Redis is away, or has come back as another: answers to what was asked of it may never come.
  func streamsLost() {
    generation = nil
    report(queue.disconnected())
    for connection in connections.values where connection.outstandingCount > 0 {
      connection.drive { state, actions in state.streamsLost(at: now(), into: &actions) }
      connection.flush()
    }
  }

  /// The streams are whole on this connection to Redis, and say nothing of any device.
  func streamsReady(generation: UInt64) {
    streamsLost()
    self.generation = generation
    queue.connected()
    attachAll { _ in true }
  }

  /// Tells the owners of partitions which devices are here.
  func attachAll(in isWanted: (Partition) -> Bool) {
    for connection in connections.values {
      guard let (partition, command) = connection.attachment, isWanted(partition) else { continue }
      _ = append(command, to: partition)
    }
  }

  /// Frames from services and partitions' owners, in their order.
  func deliver(_ frames: [OutboundFrame]) {
    let now = now()
    var touched: [ConnectionHandler] = []
    for frame in frames {
      guard let connection = connections[frame.connection] else { continue }
      connection.drive { state, actions in state.deliver(frame, at: now, into: &actions) }
      touched.append(connection)
    }
    for connection in touched { connection.flush() }
  }

  func answered(_ answer: PortionAnswer, for number: UInt64) { connections[number]?.answered(answer) }

  func verified(_ outcome: Result<VerifiedToken, Failure>, for number: UInt64) {
    guard let connection = connections[number] else { return }
    connection.drive { state, actions in
      switch outcome {
      case .success(let token): state.verified(token, at: now(), into: &actions)
      case .failure(let failure): state.refused(failure, into: &actions)
      }
    }
    connection.flush()
  }
}

// Time and the end.
extension Shard {
  func start() {
    let interval = TimeAmount.milliseconds(Int64(settings.timing.sweep))
    let handle = ShardHandle(self, eventLoop: eventLoop)
    sweeping = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in handle.onLoop.sweep() }
  }

  private func sweep() {
    let now = now()
    var authenticated = 0
    var outstanding = 0
    for connection in connections.values {
      connection.drive { state, actions in state.tick(at: now, into: &actions) }
      connection.flush()
      if connection.attachment != nil { authenticated += 1 }
      outstanding += connection.outstandingCount
    }
    for (_, handshake) in handshakes where now.elapsed(since: handshake.acceptedAt.monotonic) >= settings.timing.hello {
      handshake.channel.close(promise: nil)
    }
    tally.publish(to: hub.metrics)
    hub.metrics.shard(
      index, authenticated: authenticated, outstanding: outstanding, waitingBytes: queue.pendingBytes)
    appendNext()
  }

  /// Tells every client to finish and to go elsewhere, each after a time of its own.
  func drain(reconnectWithin milliseconds: UInt64) {
    isDraining = true
    for handshake in handshakes.values { handshake.channel.close(promise: nil) }
    for connection in connections.values { drain(connection, reconnectWithin: milliseconds) }
  }

  private func drain(_ connection: ConnectionHandler, reconnectWithin milliseconds: UInt64) {
    let pause = UInt64.random(in: 0...milliseconds)
    connection.drive { state, actions in
      state.drain(reconnectAfterMilliseconds: pause, at: now(), into: &actions)
    }
    connection.flush()
  }

  /// The time for draining is over: closes what is left.
  func leave() {
    for connection in connections.values {
      connection.drive { state, actions in state.leave(at: now(), into: &actions) }
      connection.flush()
    }
  }

  /// Ends what is left without another word.
  func cut() {
    for handshake in handshakes.values { handshake.channel.close(promise: nil) }
    for connection in connections.values {
      connection.drive { state, actions in state.abandon(into: &actions) }
    }
  }

  /// Succeeds when there are no sockets and nothing is left to append.
  func whenIdle() -> EventLoopFuture<Void> {
    let promise = eventLoop.makePromise(of: Void.self)
    idleWaiters.append(promise)
    tellIfIdle()
    return promise.futureResult
  }

  private func tellIfIdle() {
    guard !idleWaiters.isEmpty, connections.isEmpty, handshakes.isEmpty else { return }
    // Without Redis the detachments cannot be told; the gateway's name disappears with its lease.
    guard queue.isIdle || generation == nil else { return }
    endWaiting()
  }

  /// Lets those go on who wait for this loop to be idle.
  func endWaiting() {
    for waiter in idleWaiters { waiter.succeed() }
    idleWaiters = []
  }

  func stop() {
    sweeping?.cancel()
    sweeping = nil
    tally.publish(to: hub.metrics)
    endWaiting()
  }
}
