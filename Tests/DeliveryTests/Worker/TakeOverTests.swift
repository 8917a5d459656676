// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import ServiceKit
import ServiceLifecycle
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("Workers that share partitions", .timeLimit(.minutes(3)))
struct TakeOverTests {
  private static let phone = Sample.address(Sample.bob, 1)
  private static let partition = Partition(of: Sample.bob)

  /// An account in every partition.
  private static let everybody = (UInt32(0)..<64).map { Sample.account(partition: $0, salt: 3) }

  private static func sendToEverybody(_ number: UInt64, _ gateway: TestGateway) async throws {
    var requests: [UInt64] = []
    for account in everybody {
      requests += try await gateway.send([Sample.send(number, to: account)], from: Sample.alice)
    }
    for request in requests { _ = try await gateway.accepted(request) }
  }

  @Test("two workers have half of the partitions each, and one has all when the other has ended")
  func sharing() async throws {
    try await TestStack.with { stack in
      for account in Self.everybody { try await stack.addAccount(account) }
      let gateway = try await TestGateway(stack)
      let one = try stack.worker()
      let two = try stack.worker()
      try await stack.run(one.services) {
        try await stack.until("the first has all") { try await stack.owners() == [one.name: 64] }
        try await Self.sendToEverybody(1, gateway)
        try await stack.run(two.services) {
          try await stack.until("each has half") { try await stack.owners() == [one.name: 32, two.name: 32] }
          try await Self.sendToEverybody(2, gateway)
        }
        try await stack.until("the first has all again") { try await stack.owners() == [one.name: 64] }
        try await Self.sendToEverybody(3, gateway)
      }
      #expect(try await stack.owners() == ["": 64])
      for account in Self.everybody { #expect(try await stack.waiting(Sample.address(account)) == [1, 2, 3]) }
    }
  }

  @Test("messages flow in order while partitions change hands")
  func flowing() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      let gateway = try await TestGateway(stack)
      try await gateway.attach(Self.phone, connection: 4)
      let one = try stack.worker()
      let two = try stack.worker()
      let total: UInt64 = 300
      // The highest numbers are given away when the second comes, and the lowest are taken when the first goes.
      async let sending: Void = {
        for number in UInt64(1)...total { _ = try await gateway.deliver(Sample.send(number), from: Sample.alice) }
      }()
      async let changing: Void = stack.run(two.services) {
        try await stack.run(one.services) {
          try await stack.until("each has half") { try await stack.owners() == [one.name: 32, two.name: 32] }
        }
        try await stack.until("the second has all") { try await stack.owners() == [two.name: 64] }
        var last: UInt64 = 0
        while last < total {
          let sequence = try await gateway.deliveries(1, to: 4)[0].sequence
          // Sent again after a change of hands, or the next one; never one that leaves out another.
          #expect(sequence <= last + 1)
          last = max(last, sequence)
          try await gateway.acknowledge(Self.phone, SequenceRange(first: sequence, last: sequence))
        }
        try await stack.until("everything is gone") { try await stack.waiting(Self.phone).isEmpty }
      }
      try await sending
      try await changing
    }
  }

  @Test("a worker that dies is replaced when its leases have ended")
  func killed() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      let gateway = try await TestGateway(stack)
      let dying = try stack.worker()
      // Cancelled, it gives nothing back: for the others it is as good as killed.
      let running = Task { try await dying.worker.run() }
      try await gateway.asked(times: 1)
      try await gateway.attach(Self.phone, connection: 4)
      _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
      running.cancel()
      try await running.value
      #expect(try await stack.owners() == [dying.name: 64])
      let heir = try stack.worker()
      try await stack.run(heir.services) {
        _ = try await gateway.deliver(Sample.send(2), from: Sample.alice)
        #expect(try await stack.owners() == [heir.name: 64])
        var sequences: Set<UInt64> = []
        while sequences != [1, 2] { sequences.insert(try await gateway.deliveries(1, to: 4)[0].sequence) }
      }
    }
  }

  @Test("a worker whose lease was taken can write nothing, and goes on when it has the lease again")
  func fenced() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        try await stack.sql(
          """
          UPDATE partitions SET owner = 'thief', epoch = epoch + 1, lease_until = now() + interval '1 hour'
          WHERE partition = \(Self.partition.number)
          """)
        let request = try await gateway.send([Sample.send(2)], from: Sample.alice)[0]
        // Every worker's own statement on another partition still works, so the loop has been round.
        let carol = Sample.account(partition: 6, salt: 4)
        try await stack.addAccount(carol)
        _ = try await gateway.deliver(Sample.send(1, to: carol), from: Sample.alice)
        #expect(try await stack.waiting(Self.phone) == [1])
        try await stack.sql("UPDATE partitions SET owner = NULL WHERE partition = \(Self.partition.number)")
        _ = try await gateway.accepted(request)
        #expect(try await stack.waiting(Self.phone) == [1, 2])
      }
    }
  }

  @Test("a worker that ends has given everything back and has worked in what it had begun")
  func ending() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        let requests = try await gateway.send((UInt64(1)...200).map { Sample.send($0) }, from: Sample.alice)
        _ = try await gateway.accepted(requests[199])
      }
      #expect(try await stack.owners() == ["": 64])
      let workers = try await stack.postgres.withConnection { try $0.query("SELECT FROM delivery_workers").count }
      #expect(workers == 0)
    }
  }

  @Test("a worker is ready once its leases are renewed")
  func readiness() async throws {
    try await TestStack.with { stack in
      let context = try stack.context("delivery")
      let services = try DeliveryService.build(context, try stack.deliveryConfiguration())
      let before = await context.health.readiness().failing
      #expect(before.contains("leases"))
      try await stack.run(services) {
        try await stack.until("it is ready") { await !context.health.readiness().failing.contains("leases") }
      }
    }
  }
}
