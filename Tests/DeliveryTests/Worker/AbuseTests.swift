// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("Somebody who sends too much", .timeLimit(.minutes(3)))
struct AbuseTests {
  private static let phone = Sample.address(Sample.bob, 1)
  private static let mallory = Sample.address(Sample.account(partition: 3, salt: 40))

  @Test("is held back whatever gateways it uses, while others write to the same person undisturbed")
  func acrossGateways() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.addAccount(Self.mallory.account)
      let other = try await TestGateway(stack)
      try await stack.deliver({ $0.limits.pair = PairRate(burst: 10, minutely: 1) }) { gateway in
        let requests = [
          try await gateway.send((1...8).map { Sample.send($0) }, from: Self.mallory),
          try await other.send((9...16).map { Sample.send($0) }, from: Self.mallory),
        ]
        var refused: [Failure] = []
        for (gateway, requests) in zip([gateway, other], requests) {
          for request in requests {
            do { _ = try await gateway.accepted(request) } catch let failure as Failure { refused.append(failure) }
          }
        }
        #expect(refused.count == 6)
        #expect(refused.allSatisfy { $0.code == .rateLimited && $0.retryAfterMilliseconds ?? 0 > 0 })
        #expect(refused.contains { (50_000...60_000).contains($0.retryAfterMilliseconds ?? 0) })
        for number in UInt64(1)...10 { _ = try await other.deliver(Sample.send(number), from: Sample.alice) }
        #expect(try await stack.waiting(Self.phone).count == 20)
        #expect(try await gateway.deliver(Sample.send(1), from: Self.mallory).message == Sample.message(1))
      }
    }
  }

  @Test("cannot fill a mailbox: its share is bounded, and the owner gets everybody's messages")
  func share() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.addAccount(Self.mallory.account)
      try await stack.deliver({ $0.limits = .with(messages: 40, sharePercent: 25) }) { gateway in
        for number in UInt64(1)...10 { _ = try await gateway.deliver(Sample.send(number), from: Self.mallory) }
        let full = Failure(.senderShareFull, retryAfterMilliseconds: SendDecisions.fullRetryMilliseconds)
        await #expect(throws: full) { try await gateway.deliver(Sample.send(11), from: Self.mallory) }
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        try await gateway.attach(Self.phone, connection: 4)
        let deliveries = try await gateway.deliveries(11, to: 4)
        #expect(deliveries.map(\.sender) == Array(repeating: Self.mallory.account, count: 10) + [Sample.alice.account])
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 11))
        try await stack.until("there is room") { try await stack.waiting(Self.phone) == [] }
        _ = try await gateway.deliver(Sample.send(11), from: Self.mallory)
        try await stack.expectExactBookkeeping()
      }
    }
  }
}
