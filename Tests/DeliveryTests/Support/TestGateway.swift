// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit
import TestSupport
import Wire

@testable import DeliveryService

/// Plays a gateway: has a stream, announces itself, writes commands into partitions, and attaches again when asked.
actor TestGateway {
  nonisolated let id: String
  private let redis: RedisClient
  private let reader: RedisStreamReader
  private var cursor = RedisStreamID.zero
  private var lastRequest: UInt64 = 0
  private struct Attached {
    let connection: UInt64
    let at: UInt64
  }

  private var attached: [DeviceAddress: Attached] = [:]
  /// Every frame that has come in, in order.
  private(set) var frames: [OutboundFrame] = []
  /// Partitions that workers have asked for, in order.
  private(set) var asked: [[UInt32]] = []

  init(_ stack: TestStack, id: String = "gw-" + [UInt8].random(count: 8).hexadecimal) async throws {
    self.id = id
    redis = stack.redis
    reader = RedisStreamReader(stack.redisConfiguration)
    try await begin()
  }

  /// Makes the stream and the announcement, also after Redis has lost them, and attaches everybody.
  func begin() async throws {
    let nothing = GatewayEvents(frames: [], attachmentsWanted: []).encoded()
    try await redis.send(
      RedisCommand("XADD", .text(StreamName.gateway(id)), "*", .text(StreamName.field), .bytes(nothing)))
    try await announce()
    for (device, attached) in attached {
      try await append([Self.attach(device, attached)], to: Partition(of: device.account))
    }
  }

  func announce(milliseconds: UInt64 = 3_600_000) async throws {
    let expiry = RedisArgument.integer(systemMilliseconds() + milliseconds)
    try await redis.send(RedisCommand("ZADD", .text(StreamName.gateways), expiry, .text(id)))
  }

  /// Is no longer announced, as after a crash; the stream stays for a while.
  func die() async throws {
    try await redis.send(RedisCommand("ZREM", .text(StreamName.gateways), .text(id)))
  }

  /// Loses what was written to it and not read.
  func loseStream() async throws {
    try await redis.send(RedisCommand("XTRIM", .text(StreamName.gateway(id)), "MAXLEN", 0))
  }

  /// Appends one entry to a partition's stream.
  func append(_ commands: [PartitionCommand], to partition: Partition) async throws {
    let record = PartitionCommands(gateway: id, commands: commands).encoded()
    try await redis.send(
      RedisCommand("XADD", .text(StreamName.partition(partition)), "*", .text(StreamName.field), .bytes(record)))
  }

  func attach(_ device: DeviceAddress, connection: UInt64) async throws {
    let new = Attached(connection: connection, at: systemMilliseconds())
    attached[device] = new
    try await append([Self.attach(device, new)], to: Partition(of: device.account))
  }

  func detach(_ device: DeviceAddress, connection: UInt64) async throws {
    if attached[device]?.connection == connection { attached[device] = nil }
    let command = PartitionDetach(connection: connection, account: device.account, device: device.device)
    try await append([PartitionCommand(detach: command)], to: Partition(of: device.account))
  }

  func acknowledge(_ device: DeviceAddress, _ ranges: SequenceRange...) async throws {
    let command = PartitionAcknowledge(account: device.account, device: device.device, ranges: ranges)
    try await append([PartitionCommand(acknowledge: command)], to: Partition(of: device.account))
  }

  /// Hands messages in, together in one entry.
  /// - Returns: the numbers of the requests.
  @discardableResult
  func send(_ sends: [Send], from sender: DeviceAddress, connection: UInt64 = 1_000) async throws -> [UInt64] {
    guard let recipient = sends.first?.recipient else { return [] }
    var requests: [UInt64] = []
    let commands = sends.map { send in
      lastRequest += 1
      requests.append(lastRequest)
      return PartitionCommand(
        send: PartitionSend(
          connection: connection, request: lastRequest, sender: sender.account, senderDevice: sender.device,
          body: send.encoded()[...]))
    }
    try await append(commands, to: Partition(of: recipient))
    return requests
  }

  /// Hands a message in and waits for what becomes of it.
  /// - Throws: `Failure` if it is refused.
  func deliver(_ send: Send, from sender: DeviceAddress) async throws -> Accepted {
    let request = try await self.send([send], from: sender)[0]
    return try await accepted(request)
  }

  func accepted(_ request: UInt64) async throws -> Accepted {
    let frame = try await first { $0.request == request }
    if frame.kind == FrameKind.failure.rawValue { throw try Failure(encoded: frame.body) }
    return try Accepted(encoded: frame.body)
  }

  /// Waits for the next deliveries to a connection that `deliveries` has not returned before.
  func deliveries(_ count: Int, to connection: UInt64) async throws -> [Deliver] {
    var found: [Deliver] = []
    while found.count < count {
      let start = taken[connection] ?? 0
      for (index, frame) in frames.enumerated().dropFirst(start) where found.count < count {
        taken[connection] = index + 1
        if frame.connection == connection && frame.kind == FrameKind.deliver.rawValue {
          found.append(try Deliver(encoded: frame.body))
        }
      }
      if found.count < count { try await readMore("\(count) deliveries, \(found.count) have come") }
    }
    return found
  }

  private var taken: [UInt64: Int] = [:]

  /// Waits for the first frame, of all that have come or come, that satisfies `isWanted`.
  func first(where isWanted: @Sendable (OutboundFrame) -> Bool) async throws -> OutboundFrame {
    var looked = 0
    while true {
      while looked < frames.count {
        if isWanted(frames[looked]) { return frames[looked] }
        looked += 1
      }
      try await readMore("a frame")
    }
  }

  func failure(to connection: UInt64) async throws -> FailureCode {
    let frame = try await first { $0.connection == connection && $0.kind == FrameKind.failure.rawValue }
    return try Failure(encoded: frame.body).code
  }

  func drained(_ connection: UInt64) async throws -> UInt64 {
    let frame = try await first { $0.connection == connection && $0.kind == FrameKind.mailboxDrained.rawValue }
    return try MailboxDrained(encoded: frame.body).through
  }

  /// Waits until workers have asked so many times who is connected.
  func asked(times: Int) async throws {
    while asked.count < times { try await readMore("a question for attachments") }
  }

  private func readMore(_ what: String) async throws {
    guard let streams = try await readStream() else { return }
    guard !streams.isEmpty else { throw TestSupportError("\(what) did not come in time") }
    for entry in streams.flatMap(\.entries) where entry.id > cursor {
      cursor = entry.id
      let events = try GatewayEvents(encoded: entry.value(StreamName.field) ?? [])
      frames += events.frames
      guard !events.attachmentsWanted.isEmpty else { continue }
      asked.append(events.attachmentsWanted)
      for (device, attached) in attached
      where events.attachmentsWanted.contains(Partition(of: device.account).number) {
        try await append([Self.attach(device, attached)], to: Partition(of: device.account))
      }
    }
  }

  /// Nil when a test has cut all connections; the next read makes a new one.
  private func readStream() async throws -> [RedisStreamEntries]? {
    let stream = (key: StreamName.gateway(id), after: cursor)
    do {
      return try await reader.read(streams: [stream], count: 1_000, blockMilliseconds: 60_000)
    } catch {
      guard error.code == .connectionLost || error.code == .unavailable else { throw error }
      return nil
    }
  }

  private static func attach(_ device: DeviceAddress, _ attached: Attached) -> PartitionCommand {
    PartitionCommand(
      attach: PartitionAttach(
        connection: attached.connection, account: device.account, device: device.device, authenticatedAt: attached.at))
  }
}
