// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("Delivery to devices that come, stay and go", .timeLimit(.minutes(3)))
struct BacklogTests {
  private static let phone = Sample.address(Sample.bob, 1)

  @Test("a live device gets its message with the sender's identity and its own ciphertext")
  func live() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        try await gateway.attach(Self.phone, connection: 4)
        #expect(try await gateway.drained(4) == 0)
        let accepted = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        let expected = Deliver(
          sequence: 1, sender: Sample.alice.account, senderDevice: Sample.alice.device, message: Sample.message(1),
          acceptedAt: accepted.acceptedAt, kind: .message, ciphertext: Array("to 1: 1".utf8)[...], previous: 0)
        #expect(try await gateway.deliveries(1, to: 4) == [expected])
        #expect(try await stack.wakeUps().isEmpty)
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 1))
        try await stack.until("the acknowledged message is gone") { try await stack.waiting(Self.phone).isEmpty }
      }
    }
  }

  @Test("a thousand messages, sent while the device comes, arrive once and in order")
  func backlogThenLive() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver({ $0.batch = 64 }) { gateway in
        let total: UInt64 = 1_000
        async let sending: Void = {
          for start in stride(from: UInt64(1), through: total, by: 20) {
            let requests = try await gateway.send(
              (start..<start + 20).map { Sample.send($0) }, from: Sample.alice)
            _ = try await gateway.accepted(requests[19])
            // The device comes when a third has been sent.
            if start == 341 { try await gateway.attach(Self.phone, connection: 4) }
          }
        }()
        var next: UInt64 = 1
        while next <= total {
          let deliver = try await gateway.deliveries(1, to: 4)[0]
          #expect(deliver.sequence == next)
          #expect(deliver.message == Sample.message(next))
          try await gateway.acknowledge(Self.phone, SequenceRange(first: next, last: next))
          next += 1
        }
        try await sending
        let through = try await gateway.drained(4)
        #expect(through >= 360 && through <= total)
        try await stack.until("every message is gone") { try await stack.waiting(Self.phone).isEmpty }
        #expect(try await stack.mailbox(Self.phone) == [Int64(total), 0])
        let delivered = await gateway.frames.filter { $0.kind == FrameKind.deliver.rawValue }.count
        #expect(delivered == Int(total))
      }
    }
  }

  @Test("what waits for a device comes in pages within its window, and the end is told after it")
  func pages() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      let change: @Sendable (inout DeliveryConfiguration) -> Void = {
        $0.devices.page = 3
        $0.devices.window.messages = 8
      }
      try await stack.deliver(change) { gateway in
        let requests = try await gateway.send((UInt64(1)...20).map { Sample.send($0) }, from: Sample.alice)
        _ = try await gateway.accepted(requests[19])
        try await gateway.attach(Self.phone, connection: 4)
        var sequences: [UInt64] = []
        while sequences.count < 20 {
          let next = try await gateway.deliveries(min(8, 20 - sequences.count), to: 4).map(\.sequence)
          sequences += next
          try await gateway.acknowledge(Self.phone, SequenceRange(first: next[0], last: next[next.count - 1]))
        }
        #expect(sequences == Array(1...20))
        #expect(try await gateway.drained(4) == 20)
        let kinds = await gateway.frames.filter { $0.connection == 4 }.map(\.kind)
        #expect(kinds.last == FrameKind.mailboxDrained.rawValue)
      }
    }
  }

  @Test("large messages are read a few at a time")
  func largeMessages() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        let large = [UInt8](repeating: 7, count: WireLimits.ciphertextBytes)
        for number in UInt64(1)...12 {
          _ = try await gateway.deliver(Sample.send(number, ciphertext: large), from: Sample.alice)
        }
        try await gateway.attach(Self.phone, connection: 4)
        let first = try await gateway.deliveries(4, to: 4).map(\.sequence)
        #expect(first == [1, 2, 3, 4])
        // No further one is sent before an acknowledgement: the answer to another message comes first.
        _ = try await gateway.deliver(Sample.send(13), from: Sample.alice)
        let sent = await gateway.frames.filter { $0.kind == FrameKind.deliver.rawValue }.count
        #expect(sent == 4)
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 4))
        #expect(try await gateway.deliveries(4, to: 4).map(\.sequence) == [5, 6, 7, 8])
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 5, last: 8))
        #expect(try await gateway.deliveries(4, to: 4).map(\.sequence) == [9, 10, 11, 12])
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 9, last: 12))
        #expect(try await gateway.deliveries(1, to: 4).map(\.sequence) == [13])
      }
    }
  }

  @Test("deliveries that were lost on the way are sent again, and their device is woken")
  func lostOnTheWay() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver({ $0.devices.patience = 300 }) { gateway in
        try await gateway.attach(Self.phone, connection: 4)
        _ = try await gateway.drained(4)
        let sender = try await TestGateway(stack)
        _ = try await sender.deliver(Sample.send(1), from: Sample.alice)
        _ = try await sender.deliver(Sample.send(2), from: Sample.alice)
        // Whether the loss comes before or after the sending again, everything comes, in order.
        try await gateway.loseStream()
        #expect(try await gateway.deliveries(2, to: 4).map(\.sequence) == [1, 2])
        try await stack.until("the device is woken") { try await stack.wakeUps().map(\.device) == [.first] }
      }
    }
  }

  @Test("a message that cannot be written to the gateway's stream is not overtaken by the next one")
  func unwritable() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        try await gateway.attach(Self.phone, connection: 4)
        _ = try await gateway.drained(4)
        let sender = try await TestGateway(stack)
        let stream = RedisArgument.text(StreamName.gateway(gateway.id))
        try await stack.redis.send(RedisCommand("DEL", stream))
        _ = try await sender.deliver(Sample.send(1), from: Sample.alice)
        let nothing = GatewayEvents(frames: [], attachmentsWanted: []).encoded()
        try await stack.redis.send(RedisCommand("XADD", stream, "*", .text(StreamName.field), .bytes(nothing)))
        _ = try await sender.deliver(Sample.send(2), from: Sample.alice)
        #expect(try await gateway.deliveries(2, to: 4).map(\.sequence) == [1, 2])
      }
    }
  }

  @Test("a newer connection takes over with everything that was not acknowledged, the older one is told")
  func replaced() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        try await gateway.attach(Self.phone, connection: 4)
        for number in UInt64(1)...2 { _ = try await gateway.deliver(Sample.send(number), from: Sample.alice) }
        #expect(try await gateway.deliveries(2, to: 4).map(\.sequence) == [1, 2])
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 1))
        let other = try await TestGateway(stack)
        try await other.attach(Self.phone, connection: 1)
        #expect(try await gateway.failure(to: 4) == .replaced)
        #expect(try await other.deliveries(1, to: 1).map(\.sequence) == [2])
        // The end of the old connection is of no consequence.
        try await gateway.detach(Self.phone, connection: 4)
        _ = try await gateway.deliver(Sample.send(3), from: Sample.alice)
        #expect(try await other.deliveries(1, to: 1).map(\.sequence) == [3])
      }
    }
  }

  @Test("a gateway that has died loses its devices, which are woken from then on")
  func deadGateway() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        let dying = try await TestGateway(stack)
        try await dying.attach(Self.phone, connection: 4)
        _ = try await dying.drained(4)
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        #expect(try await stack.wakeUps().isEmpty)
        try await dying.die()
        try await stack.until("the device is woken for what it did not acknowledge") {
          try await stack.wakeUps().count == 1
        }
        _ = try await gateway.deliver(Sample.send(2), from: Sample.alice)
        #expect(try await stack.wakeUps().count == 2)
      }
    }
  }

  @Test("a device that its account has removed cannot attach again while its token is still good")
  func removedBefore() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob, devices: [1, 2])
      try await stack.deliver { gateway in
        _ = try await gateway.deliver(Sample.send(1, devices: [1, 2]), from: Sample.alice)
        try await stack.changeList(Sample.bob, devices: [1], list: 2)
        // The announcement of the change was lost.
        try await gateway.attach(Sample.address(Sample.bob, 2), connection: 4)
        #expect(try await gateway.failure(to: 4) == .deviceUnknown)
        try await gateway.attach(Self.phone, connection: 5)
        #expect(try await gateway.deliveries(1, to: 5).map(\.sequence) == [1])
        let kinds = await gateway.frames.filter { $0.connection == 4 }.map(\.kind)
        #expect(kinds == [FrameKind.failure.rawValue])
      }
    }
  }

  @Test("a device that its account has removed is told so and gets nothing more")
  func removedDevice() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob, devices: [1, 2])
      try await stack.deliver { gateway in
        let tablet = Sample.address(Sample.bob, 2)
        try await gateway.attach(tablet, connection: 4)
        _ = try await gateway.drained(4)
        try await stack.changeList(Sample.bob, devices: [1], list: 2)
        try await gateway.append([PartitionCommand(accountChanged: Sample.bob)], to: Partition(of: Sample.bob))
        #expect(try await gateway.failure(to: 4) == .deviceUnknown)
      }
    }
  }
}
