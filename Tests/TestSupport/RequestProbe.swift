// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Redis
public import ServiceKit
public import Wire

/// Plays a gateway for one service: puts requests on its queue, and reads the answers from a gateway's stream.
public actor RequestProbe {
  /// Its stream is `StreamName.gateway(gateway)`.
  public nonisolated let gateway: String
  private let redis: RedisClient
  private let reader: RedisStreamReader
  private var cursor: RedisStreamID
  private var lastRequest: UInt64 = 0
  private var answers: [UInt64: OutboundFrame] = [:]
  /// Every frame that has come in, in order.
  public private(set) var frames: [OutboundFrame] = []

  /// Makes the stream and announces the gateway for an hour.
  public init(_ stack: TestStack, gateway: String = "gw-" + [UInt8].random(count: 8).hexadecimal) async throws {
    self.gateway = gateway
    redis = stack.redis
    reader = RedisStreamReader(stack.redisConfiguration)
    let nothing = GatewayEvents(frames: [], attachmentsWanted: [])
    let reply = try await redis.send(
      RedisCommand(
        "XADD", .text(StreamName.gateway(gateway)), "*", .text(StreamName.field), .bytes(nothing.encoded())))
    guard let id = RedisStreamID(try reply.textValue) else { throw TestSupportError("XADD did not answer with an id") }
    cursor = id
    try await redis.send(
      RedisCommand(
        "ZADD", .text(StreamName.gateways), .integer(systemMilliseconds() + 3_600_000), .text(gateway)))
  }

  /// Asks and waits for the answer.
  /// - Parameters:
  ///   - address: the device of the connection; nil for one that is not authenticated.
  ///   - origin: the hash of the client's address.
  /// - Throws: `Failure` if that is the answer; `TestSupportError` when none comes in time or another.
  public func ask<Request: FrameBody, Answer: FrameBody>(
    _ request: Request, on queue: String, as address: DeviceAddress? = nil, origin: [UInt8]? = nil,
    within patience: Duration = .seconds(60), expecting: Answer.Type = Answer.self
  ) async throws -> Answer {
    let number = try await submit(request, on: queue, as: address, origin: origin, within: patience)
    let frame = try await answer(to: number, within: patience)
    if frame.kind == FrameKind.failure.rawValue { throw try Failure(encoded: frame.body) }
    guard frame.kind == Answer.kind.rawValue else {
      throw TestSupportError("the answer has kind \(frame.kind), not \(Answer.kind)")
    }
    return try Answer(encoded: frame.body)
  }

  /// Puts a request on the queue without waiting.
  /// - Returns: its number, for ``answer(to:within:)``.
  @discardableResult
  public func submit<Request: FrameBody>(
    _ request: Request, on queue: String, as address: DeviceAddress? = nil, origin: [UInt8]? = nil,
    connection: UInt64 = 1, within patience: Duration = .seconds(60)
  ) async throws -> UInt64 {
    try await submit(
      kind: Request.kind.rawValue, body: request.encoded(), on: queue, as: address, origin: origin,
      connection: connection, deadline: systemMilliseconds() + UInt64(patience / .milliseconds(1)))
  }

  /// Puts a request with any kind and body on the queue.
  /// - Parameter deadline: milliseconds since the Unix epoch.
  @discardableResult
  public func submit(
    kind: UInt64, body: [UInt8], on queue: String, as address: DeviceAddress? = nil, origin: [UInt8]? = nil,
    connection: UInt64 = 1, deadline: UInt64
  ) async throws -> UInt64 {
    lastRequest += 1
    let number = lastRequest
    let request = ServiceRequest(
      gateway: gateway, connection: connection, request: number, kind: kind, body: body[...], deadline: deadline,
      account: address?.account, device: address?.device, origin: origin)
    try await append(request.encoded(), field: StreamName.field, to: queue)
    return number
  }

  /// Appends any bytes to a stream.
  @discardableResult
  public func append(_ bytes: [UInt8], field: String, to stream: String) async throws -> RedisStreamID {
    let reply = try await redis.send(RedisCommand("XADD", .text(stream), "*", .text(field), .bytes(bytes)))
    guard let id = RedisStreamID(try reply.textValue) else { throw TestSupportError("XADD did not answer with an id") }
    return id
  }

  /// Waits for the answer to a request.
  public func answer(to request: UInt64, within patience: Duration = .seconds(60)) async throws -> OutboundFrame {
    let deadline = ContinuousClock.now + patience
    while true {
      if let frame = answers.removeValue(forKey: request) { return frame }
      try await readMore(until: deadline, for: "an answer to request \(request)")
    }
  }

  /// Waits for the first frame that satisfies `isWanted` among those that have come and those that come.
  public func frame(
    within patience: Duration = .seconds(60), where isWanted: @Sendable (OutboundFrame) -> Bool
  ) async throws -> OutboundFrame {
    let deadline = ContinuousClock.now + patience
    var looked = 0
    while true {
      while looked < frames.count {
        if isWanted(frames[looked]) { return frames[looked] }
        looked += 1
      }
      try await readMore(until: deadline, for: "a frame")
    }
  }

  /// One blocking read. Two that overlap may see the same entries, which are taken once.
  private func readMore(until deadline: ContinuousClock.Instant, for what: String) async throws {
    let remaining = Int(ContinuousClock.now.duration(to: deadline) / .milliseconds(1))
    guard remaining > 0 else { throw TestSupportError("\(what) did not come in time") }
    let streams: [RedisStreamEntries]
    do {
      streams = try await reader.read(
        streams: [(key: StreamName.gateway(gateway), after: cursor)], count: 1_000, blockMilliseconds: remaining)
    } catch {
      let passing: Set<RedisError.Code> = [.connectionLost, .unavailable]
      guard passing.contains(error.code) else { throw error }
      // A read changes nothing, so it can be made again.
      return
    }
    for entry in streams.flatMap(\.entries) where entry.id > cursor {
      cursor = entry.id
      guard let bytes = entry.value(StreamName.field) else { continue }
      for frame in try GatewayEvents(encoded: bytes).frames {
        frames.append(frame)
        if frame.request != 0 { answers[frame.request] = frame }
      }
    }
  }
}
