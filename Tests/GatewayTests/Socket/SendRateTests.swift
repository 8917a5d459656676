// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite("The rate of one device", .timeLimit(.minutes(10)))
struct SendRateTests {
  let mallory = DeviceAddress.test(1, partition: 5)
  let alice = DeviceAddress.test(2, partition: 6)

  /// Sends one message after the other over a connection of its own until one is refused.
  /// - Returns: how many were taken, and the refusal.
  private static func flood(
    _ port: Int, as device: DeviceAddress, from first: UInt64, atMost most: UInt64 = 400
  ) async throws -> (taken: UInt64, refusal: Failure?) {
    let client = try await TestClient.ready(port: port, as: device)
    for number in 0..<most {
      try await client.send(Send.test(first + number), request: 10 + number)
      let frame = try await client.frame()
      if frame.kind == FrameKind.failure.rawValue { return (number, try frame.decode()) }
      #expect(try frame.decode(Accepted.self).message == MessageID(first + number))
    }
    return (most, nil)
  }

  /// Accepts every message, as the owner of the recipient's partition does.
  private static func accept(_ stack: TestStack) async throws {
    let probe = PartitionProbe(stack.redisConfiguration, of: TestConnection.bob.account)
    let writer = GatewayEventWriter(redis: stack.redis)
    while !Task.isCancelled {
      let command = try await probe.send()
      let accepted = Accepted(message: try Send(encoded: command.body).message, acceptedAt: 1)
      let frame = OutboundFrame(
        connection: command.connection, request: command.request, kind: Accepted.kind.rawValue,
        body: accepted.encoded()[...])
      try await writer.send([frame], to: await probe.gateway)
    }
  }

  @Test("holds at every gateway and over many connections, and others are not disturbed")
  func acrossGateways() async throws {
    let rate = DeviceRate(burst: 128, minutely: 1)
    try await GatewayHarness.with(configure: { $0.deviceRate = rate }) { [mallory, alice] harness in
      let other = try await GatewayHarness.make(harness.stack.context("gateway")) { $0.deviceRate = rate }
      try await harness.stack.run([other]) {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await Self.accept(harness.stack) }
          defer { group.cancelAll() }
          let ports = [harness.port, try await other.listeningPort()]
          // The bucket has one portion.
          let first = try await Self.flood(ports[0], as: mallory, from: 1)
          #expect(first.refusal?.code == .rateLimited)
          #expect(first.refusal?.retryAfterMilliseconds ?? 0 > 60_000)
          #expect(first.taken == 128)
          for round in UInt64(1)...4 {
            let again = try await Self.flood(ports[Int(round % 2)], as: mallory, from: 1_000 * round)
            #expect(again.refusal?.code == .rateLimited)
            #expect(again.taken == 0, "a new connection brings no new allowance")
          }
          let undisturbed = try await Self.flood(ports[1], as: alice, from: 9_000, atMost: 50)
          #expect(undisturbed.taken == 50)
        }
      }
    }
  }
}
