// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Redis
import ServiceKit
import TestSupport
import Wire

@testable import GatewayService

/// A gateway on a loopback port, on a Redis of its own database, with tokens that say what a test wants.
struct GatewayHarness: Sendable {
  let stack: TestStack
  let gateway: Gateway
  let port: Int

  var redis: RedisClient { stack.redis }

  /// Runs a gateway for the time of `body`.
  static func with(
    settings: [String: String] = [:], configure: @Sendable (inout GatewayConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (GatewayHarness) async throws -> Void
  ) async throws {
    try await TestStack.with { stack in
      let gateway = try await make(stack.context("gateway", settings: settings), configure: configure)
      try await stack.run([gateway]) {
        try await body(GatewayHarness(stack: stack, gateway: gateway, port: try await gateway.listeningPort()))
      }
    }
  }

  static func make(
    _ context: ServiceContext, configure: @Sendable (inout GatewayConfiguration) -> Void = { _ in }
  ) async throws -> Gateway {
    var configuration = try GatewayConfiguration(reader: context.configuration)
    configuration.eventLoops = 2
    // Tests leave requests without an answer, and most need not wait for it.
    configuration.drainTime = .milliseconds(100)
    configuration.deviceRate = DeviceRate(burst: 10_000_000, minutely: 10_000_000)
    configure(&configuration)
    return try await Gateway(context: context, configuration: configuration, verify: verify)
  }

  /// What `verify` takes for a token of this device, good for an hour.
  static func token(for address: DeviceAddress, expiresIn seconds: UInt64 = 3_600) -> String {
    "\(address.account.raw.uuidString)/\(address.device.number)/\(systemMilliseconds() / 1_000 + seconds)"
  }

  private static func verify(_ token: String) async throws(Failure) -> AccessToken {
    let parts = token.split(separator: "/")
    guard parts.count == 3, let account = Identifier128(uuidString: String(parts[0])),
      let device = UInt32(parts[1]).flatMap({ DeviceID($0) }), let expiry = UInt64(parts[2])
    else { throw Failure(.tokenInvalid) }
    return AccessToken(
      account: AccountID(account), device: device, session: Identifier128(high: 0, low: 0), issuedAt: 0, expiry: expiry,
      issuer: "test.example")
  }

  /// Plays a service or a partition's owner.
  func say(_ body: some FrameBody, request: UInt64 = 0, to connection: UInt64) async throws {
    try await say([
      OutboundFrame(
        connection: connection, request: request, kind: type(of: body).kind.rawValue, body: body.encoded()[...])
    ])
  }

  func say(_ frames: [OutboundFrame]) async throws {
    try await GatewayEventWriter(redis: redis).send(frames, to: gateway.name)
  }
}

extension DeviceAddress {
  /// A device of an account in the partition of this number.
  static func test(_ number: UInt64, partition: UInt64 = 5, device: UInt32 = 1) -> DeviceAddress {
    DeviceAddress(
      account: AccountID(Identifier128(high: number, low: partition)), device: DeviceID(device) ?? .first)
  }
}
