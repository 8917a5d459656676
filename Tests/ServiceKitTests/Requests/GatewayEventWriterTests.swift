// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import TestSupport
import Testing
import Wire

@testable import ServiceKit

@Suite("Gateway event writer", .timeLimit(.minutes(3)))
struct GatewayEventWriterTests {
  private func frames(_ count: Int, bytes: Int = 1) -> [OutboundFrame] {
    (0..<count).map { number in
      // A map of one binary field, as every body is a map.
      let body: [UInt8] =
        [0x81, 0x01, 0xC6, 0, UInt8(bytes >> 16), UInt8(bytes >> 8 & 255), UInt8(bytes & 255)]
        + [UInt8](repeating: 7, count: bytes)
      return OutboundFrame(connection: UInt64(number), request: 0, kind: FrameKind.deliver.rawValue, body: body[...])
    }
  }

  @Test("many frames arrive in order, in entries within the record's bounds")
  func order() async throws {
    try await TestStack.with { stack in
      let probe = try await RequestProbe(stack)
      let outcome = try await GatewayEventWriter(redis: stack.redis).send(frames(2_500), to: probe.gateway)
      #expect(outcome == .appended)
      _ = try await probe.frame { $0.connection == 2_499 }
      #expect(await probe.frames.map(\.connection) == (0..<2_500).map(UInt64.init))
    }
  }

  @Test("an entry has at most 1,024 frames and a mebibyte, unless it is one frame")
  func split() {
    let many = GatewayEventWriter.entries(of: GatewayEvents(frames: frames(2_049), attachmentsWanted: [3]))
    #expect(many.map(\.frames.count) == [1_024, 1_024, 1])
    #expect(many.map(\.attachmentsWanted) == [[3], [], []])
    let large = GatewayEventWriter.entries(
      of: GatewayEvents(frames: frames(30, bytes: 98_304), attachmentsWanted: []))
    #expect(large.allSatisfy { $0.encoded().count <= (1 << 20) + 98_400 })
    #expect(large.map(\.frames.count).reduce(0, +) == 30)
    let question = GatewayEventWriter.entries(of: GatewayEvents(frames: [], attachmentsWanted: [1, 2]))
    #expect(question.count == 1)
  }

  @Test("a gateway that is gone gets no stream, one that does not read is refused, and the others get theirs")
  func outcomes() async throws {
    try await TestStack.with { stack in
      let (first, second) = (try await RequestProbe(stack), try await RequestProbe(stack))
      let writer = GatewayEventWriter(redis: stack.redis, maximumLength: 2)
      _ = try await writer.send(frames(1), to: second.gateway)
      let events = GatewayEvents(frames: frames(1), attachmentsWanted: [])
      let outcomes = try await writer.send([(first.gateway, events), ("gw-gone", events), (second.gateway, events)])
      #expect(outcomes == [.appended, .gatewayGone, .full])
      let exists = try await stack.redis.send(RedisCommand("EXISTS", .text(StreamName.gateway("gw-gone"))))
      #expect(exists == .integer(0))
      _ = try await first.frame { $0.connection == 0 }
    }
  }
}
