// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Redis
public import Wire

/// Appends to the streams of gateways: answers, deliveries, questions.
///
/// A gateway that is gone is not written to, and one that does not read is refused at ``maximumLength``; the sender
/// hears of both.
public struct GatewayEventWriter: Sendable {
  /// What became of the events for one gateway.
  public enum Outcome: Sendable, Equatable {
    case appended
    /// The gateway has no stream: it has ended, and its connections with it.
    case gatewayGone
    /// The gateway's stream is at its bound; nothing was appended.
    case full
  }

  /// Entries of a gateway's stream beyond which it is refused.
  public static let maximumLength = 100_000
  /// Bytes of frames that go into one entry, unless it is a single frame.
  static let entryBytes = 1 << 20

  private static let script = RedisScript(String(decoding: PackageResources.append_events_lua, as: UTF8.self))
  private let redis: RedisClient
  private let maximumLength: Int

  public init(redis: RedisClient, maximumLength: Int = maximumLength) {
    self.redis = redis
    self.maximumLength = maximumLength
  }

  /// Sends frames to connections of one gateway, in order.
  @discardableResult
  public func send(_ frames: [OutboundFrame], to gateway: String) async throws(RedisError) -> Outcome {
    try await send([(gateway, GatewayEvents(frames: frames, attachmentsWanted: []))]).first ?? .appended
  }

  /// Sends events to several gateways in one round trip. For one gateway they arrive in order.
  /// - Returns: an outcome for each, in the order of `events`.
  /// - Throws: `RedisError`; some or all of it may have been appended then.
  public func send(_ events: [(gateway: String, events: GatewayEvents)]) async throws(RedisError) -> [Outcome] {
    guard !events.isEmpty else { return [] }
    let calls = events.map { call(for: $0.events, gateway: $0.gateway) }
    var replies = try await redis.send(
      pipeline: calls.map { Self.script.command(keys: $0.keys, arguments: $0.arguments) })
    let missing = replies.indices.filter { replies[$0].errorCode == "NOSCRIPT" }
    if !missing.isEmpty {
      let again = try await redis.send(
        pipeline: missing.map { Self.script.sourceCommand(keys: calls[$0].keys, arguments: calls[$0].arguments) })
      for (index, reply) in zip(missing, again) { replies[index] = reply }
    }
    var outcomes: [Outcome] = []
    for reply in replies {
      switch try reply.integerValue {
      case 1: outcomes.append(.appended)
      case 0: outcomes.append(.gatewayGone)
      default: outcomes.append(.full)
      }
    }
    return outcomes
  }

  private func call(for events: GatewayEvents, gateway: String) -> (keys: [RedisArgument], arguments: [RedisArgument]) {
    let entries = Self.entries(of: events).map { RedisArgument.bytes($0.encoded()) }
    return (
      [.text(StreamName.gateway(gateway))], [.integer(maximumLength), .text(StreamName.field)] + entries
    )
  }

  /// Splits events so that no entry is over the bounds of the record.
  static func entries(of events: GatewayEvents) -> [GatewayEvents] {
    var entries: [GatewayEvents] = []
    var current = GatewayEvents(frames: [], attachmentsWanted: events.attachmentsWanted)
    var bytes = 0
    for frame in events.frames {
      if !current.frames.isEmpty,
        current.frames.count == WireLimits.streamBatch || bytes + frame.body.count > entryBytes
      {
        entries.append(current)
        current = GatewayEvents(frames: [], attachmentsWanted: [])
        bytes = 0
      }
      current.frames.append(frame)
      bytes += frame.body.count
    }
    entries.append(current)
    return entries
  }
}
