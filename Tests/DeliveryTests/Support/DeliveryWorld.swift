// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

@testable import DeliveryService

/// A whole small world around one mailbox: the store, the owner of its partition, the stream of commands, two gateways, a
/// socket and a client, each step of which is a move of its own. Everything is a value, so that all orders of moves can be tried.
struct DeliveryWorld: Hashable {
  /// How often what may happen at all.
  struct Budget: Hashable {
    var sends = 0
    var connects = 0
    var cuts = 0
    var takeOvers = 0
    var timeouts = 0
    /// Redis loses all its data: commands and frames under way.
    var wipes = 0
    /// Frames cannot be written to the gateway's stream, which the worker is told.
    var losses = 0
  }

  enum Command: Hashable {
    case attach(UInt64)
    case detach(UInt64)
    case acknowledge([UInt64])
  }

  enum SocketFrame: Hashable {
    case deliver(UInt64, after: UInt64)
    case drained(through: UInt64, after: UInt64)
  }

  static let device = Sample.address(Sample.bob)
  static let settings: DeviceDelivery.Settings = {
    var settings = DeviceDelivery.Settings()
    settings.window.messages = 2
    settings.page = 1
    return settings
  }()

  private(set) var budget: Budget
  // PostgreSQL
  private(set) var last: UInt64 = 0
  private(set) var rows: [UInt64] = []
  // The worker
  private(set) var owner = PartitionOwner(partition: Partition(of: Sample.bob), settings: settings)
  private var page: MailboxPage?
  private var now: UInt64 = 0
  // Redis
  private var stream: [Command] = []
  private(set) var socket: [SocketFrame] = []
  // The client
  private(set) var connection: UInt64?
  /// One that the client has left, of which its gateway has not noticed that yet.
  private var zombie: UInt64?
  private var connections: UInt64 = 0
  /// It has everything up to here.
  private(set) var received: UInt64 = 0
  /// The greatest sequence that came over this connection.
  private var lastSeen: UInt64 = 0
  private var unacknowledged: [UInt64] = []
  private var losesNext = false
  /// The first promise that was broken.
  private(set) var fault: String?

  init(_ budget: Budget) { self.budget = budget }

  /// Every world that can be next.
  var successors: [DeliveryWorld] {
    Self.moves.compactMap { move in
      var next = self
      guard move(&next) else { return nil }
      next.check()
      return next
    }
  }

  /// Lets everything that is under way come to its end, and time pass while messages wait.
  /// - Returns: what is wrong then.
  func finished() throws -> String? {
    var world = self
    world.budget = Budget(connects: 1)
    for round in 0..<12 {
      while true {
        let isMoving =
          world.work() || world.pageComes() || world.pageIsRead() || world.receive() || world.acknowledge()
          || world.notice()
        guard isMoving else { break }
        world.check()
      }
      if world.connection == nil { _ = world.connect() }
      if world.fault == nil && world.rows.isEmpty && round > 1 { break }
      world.passed(10_000 << UInt64(round))
    }
    if let fault = world.fault { return fault }
    if !world.rows.isEmpty { return "messages stay in the mailbox" }
    if world.received != world.last { return "the client has \(world.received) of \(world.last)" }
    return world.owner.devices[Self.device]?.phase == .live ? nil : "the device is not live at the end"
  }
}

extension DeliveryWorld {
  private static let moves: [@Sendable (inout DeliveryWorld) -> Bool] = [
    { $0.send() }, { $0.work() }, { $0.pageIsRead() }, { $0.pageComes() }, { $0.receive() }, { $0.acknowledge() },
    { $0.connect() }, { $0.notice() }, { $0.cut() }, { $0.takeOver() }, { $0.timeOut() }, { $0.wipe() }, { $0.lose() },
  ]

  private static func spend(_ amount: inout Int) -> Bool {
    guard amount > 0 else { return false }
    amount -= 1
    return true
  }

  /// A message is committed.
  private mutating func send() -> Bool {
    guard Self.spend(&budget.sends) else { return false }
    let facts = Sample.facts(mailboxes: [1: MailboxFacts.Mailbox(lastSequence: last, waiting: UInt64(rows.count))])
    apply(.send(Sample.incoming(Sample.send(last + 1))), facts)
    return true
  }

  /// The owner works in the next command of the stream.
  private mutating func work() -> Bool {
    guard !stream.isEmpty else { return false }
    switch stream.removeFirst() {
    case .attach(let number): apply(.attach(Self.device, Self.gatewayConnection(number), number))
    case .detach(let number): apply(.detach(Self.device, Self.gatewayConnection(number)))
    case .acknowledge(let sequences):
      rows.removeAll { sequences.contains($0) }
      let ranges = sequences.map { SequenceRange(first: $0, last: $0) }
      apply(.acknowledge(Self.device, SequenceRanges(ranges)))
    }
    return true
  }

  private mutating func apply(_ command: MailboxCommand, _ facts: MailboxFacts = Sample.facts()) {
    let decision = PartitionDecision([command], facts: facts, limits: .with(messages: 100))
    for envelope in decision.writes.envelopes {
      if envelope.sequence != last + 1 { fault = "the number \(envelope.sequence) follows \(last)" }
      last = envelope.sequence
      rows.append(envelope.sequence)
    }
    tell(owner.apply(decision, at: .at(now)))
  }

  /// PostgreSQL answers a question for a page; the answer is on its way.
  private mutating func pageIsRead() -> Bool {
    guard page == nil, let request = owner.nextPages(atMost: 1).first else { return false }
    let wanted = rows.filter { $0 >= request.page.first }.prefix(request.page.rows)
    page = MailboxPage(request: request, envelopes: wanted.map { Sample.envelope($0) }, lastSequence: last)
    return true
  }

  private mutating func pageComes() -> Bool {
    guard let page else { return false }
    self.page = nil
    tell(owner.received(page, at: .at(now)))
    return true
  }

  /// What a gateway does with frames: those of connections that have ended go nowhere.
  private mutating func tell(_ effects: DeliveryEffects) {
    let frames = Self.gateways.flatMap { effects.frames[$0] ?? [] }.filter { $0.request == 0 }
    if losesNext && !frames.isEmpty {
      losesNext = false
      return owner.lost(Set(frames.map { Self.gatewayConnection($0.connection) }))
    }
    for frame in frames where frame.connection == connection {
      do {
        if frame.kind == FrameKind.deliver.rawValue {
          let deliver = try Deliver(encoded: frame.body)
          if deliver.message != Sample.message(deliver.sequence) { fault = "a message has another's number" }
          socket.append(.deliver(deliver.sequence, after: deliver.previous))
        } else if frame.kind == FrameKind.mailboxDrained.rawValue {
          let drained = try MailboxDrained(encoded: frame.body)
          socket.append(.drained(through: drained.through, after: drained.previous))
        } else {
          fault = "the current connection was told that it is not"
        }
      } catch { fault = "a frame cannot be read" }
    }
  }

  private mutating func receive() -> Bool {
    guard !socket.isEmpty else { return false }
    switch socket.removeFirst() {
    case .deliver(_, let previous) where previous > lastSeen, .drained(_, let previous) where previous > lastSeen:
      // Something is missing: all that follows comes again over a new connection.
      reconnect()
    case .deliver(let sequence, _):
      lastSeen = max(lastSeen, sequence)
      if sequence > received + 1 { fault = "\(sequence) came to a client that has \(received)" }
      received = max(received, sequence)
      if !unacknowledged.contains(sequence) { unacknowledged.append(sequence) }
    case .drained(let through, _):
      if through > received { fault = "drained through \(through) told to a client that has \(received)" }
    }
    return true
  }

  private mutating func acknowledge() -> Bool {
    guard !unacknowledged.isEmpty, connection != nil else { return false }
    stream.append(.acknowledge(unacknowledged))
    unacknowledged = []
    return true
  }

  /// A new connection at the other gateway, which replaces one that may still stand.
  private mutating func connect() -> Bool {
    guard Self.spend(&budget.connects) else { return false }
    reconnect()
    return true
  }

  private mutating func reconnect() {
    _ = notice()
    zombie = connection
    connections += 1
    connection = connections
    socket = []
    lastSeen = 0
    stream.append(.attach(connections))
  }

  /// A gateway sees that a connection has ended.
  private mutating func notice() -> Bool {
    guard let ended = zombie else { return false }
    zombie = nil
    stream.append(.detach(ended))
    return true
  }

  /// The connection breaks, with all that was on its way to the client.
  private mutating func cut() -> Bool {
    guard let old = connection, Self.spend(&budget.cuts) else { return false }
    connection = nil
    socket = []
    stream.append(.detach(old))
    return true
  }

  /// Another worker owns the partition, knows nobody, and asks.
  private mutating func takeOver() -> Bool {
    guard Self.spend(&budget.takeOvers) else { return false }
    owner = PartitionOwner(partition: owner.partition, settings: Self.settings)
    page = nil
    attachAll()
    return true
  }

  private mutating func timeOut() -> Bool {
    guard Self.spend(&budget.timeouts) else { return false }
    passed(10_000)
    return true
  }

  private mutating func passed(_ milliseconds: UInt64) {
    now += milliseconds
    tell(owner.passed(.at(now)))
  }

  /// What is written next does not reach the gateway.
  private mutating func lose() -> Bool {
    guard !losesNext, Self.spend(&budget.losses) else { return false }
    losesNext = true
    return true
  }

  private mutating func wipe() -> Bool {
    guard Self.spend(&budget.wipes) else { return false }
    stream = []
    socket = []
    attachAll()
    return true
  }

  /// Gateways tell an owner who is there; in the worst order.
  private mutating func attachAll() {
    if let connection { stream.append(.attach(connection)) }
    if let zombie { stream.append(.attach(zombie)) }
  }

  private static let gateways = ["gw-a", "gw-b"]

  /// Connections alternate between the gateways.
  private static func gatewayConnection(_ number: UInt64) -> DeviceConnection {
    Sample.connection(number, gateway: gateways[Int(number % 2)])
  }

  private mutating func check() {
    for sequence in stride(from: UInt64(1), through: last, by: 1)
    where sequence > received && !rows.contains(sequence) {
      fault = "\(sequence) is lost"
    }
    if let device = owner.devices[Self.device], device.window.count > Self.settings.window.messages {
      fault = "the window is too large"
    }
  }
}
