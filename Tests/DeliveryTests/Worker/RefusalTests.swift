// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import ServiceLifecycle
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("A batch that PostgreSQL refuses", .timeLimit(.minutes(3)))
struct RefusalTests {
  private static let phone = Sample.address(Sample.bob, 1)
  private static let partition = Partition(of: Sample.bob)

  /// Refused by `refuseThirteenBytes`.
  private static let bad = Sample.send(66, ciphertext: [UInt8](repeating: 1, count: 13))

  private static func refuseThirteenBytes(_ stack: TestStack) async throws {
    try await stack.sql("ALTER TABLE envelopes ADD CHECK (octet_length(ciphertext) <> 13)")
  }

  @Test("who comes, who goes and whose devices change is heard all the same")
  func attachments() async throws {
    try await TestStack.with { stack in
      let carol = Sample.account(partition: 5, salt: 8)
      try await stack.addAccount(Sample.bob)
      try await stack.addAccount(carol, devices: [1, 2])
      try await Self.refuseThirteenBytes(stack)
      try await stack.deliver { gateway in
        try await gateway.attach(Sample.address(carol), connection: 5)
        try await gateway.attach(Sample.address(carol, 2), connection: 6)
        for connection in [5, 6] as [UInt64] { _ = try await gateway.drained(connection) }
        try await stack.changeList(carol, devices: [1], list: 2)
        try await gateway.append(
          [
            PartitionCommand(attach: Self.attach(Self.phone, 4)), Self.command(Self.bad, request: 900),
            PartitionCommand(accountChanged: carol),
            PartitionCommand(detach: PartitionDetach(connection: 5, account: carol, device: .first)),
          ], to: Self.partition)
        await #expect(throws: Failure(.internalError)) { try await gateway.accepted(900) }
        #expect(try await gateway.drained(4) == 0)
        #expect(try await gateway.failure(to: 6) == .deviceUnknown)
        _ = try await gateway.deliver(Sample.send(1, to: carol, list: 2), from: Sample.alice)
        // The wake-up follows the answer.
        try await stack.until("a wake-up of carol's first device") {
          try await stack.wakeUps().contains { $0.account == carol && $0.device == .first }
        }
      }
    }
  }

  @Test("a message whose commit is in doubt is delivered when it stands after all")
  func unknownOutcome() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await Self.refuseThirteenBytes(stack)
      // The commit of a message of 14 bytes waits for the test.
      try await stack.sql(
        """
        CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON envelopes DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW WHEN (octet_length(NEW.ciphertext) = 14) EXECUTE FUNCTION wait_for_the_test()
        """)
      let proxies = try await stack.proxies()
      let context = try stack.context("delivery", through: proxies)
      let worker = DeliveryWorker(
        context: context, configuration: try stack.deliveryConfiguration { $0.lease = .seconds(3_600) })
      let gateway = try await TestGateway(stack)
      try await stack.run([worker]) {
        try await gateway.attach(Self.phone, connection: 4)
        _ = try await gateway.drained(4)
        let slow = Sample.send(1, ciphertext: [UInt8](repeating: 2, count: 14))
        try await stack.holding("SELECT pg_advisory_xact_lock(77)") {
          try await gateway.append(
            [Self.command(slow, request: 900), Self.command(Self.bad, request: 901)], to: Self.partition)
          try await stack.until("the commit waits") { try await stack.lockWaiters() == 1 }
          try await proxies.postgres.cut()
        }
        try await stack.until("it was committed") { try await stack.waiting(Self.phone) == [1] }
        proxies.postgres.restore()
        #expect(try await gateway.deliveries(1, to: 4).map(\.sequence) == [1])
        _ = try await gateway.accepted(900)
      }
    }
  }

  @Test("a server that has become read-only condemns nobody, and is left for one that writes")
  func readOnly() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver({ $0.lease = .seconds(3_600) }) { gateway in
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        let database = try await stack.postgres.withConnection {
          try $0.query("SELECT quote_ident(current_database())").first?.text(0) ?? ""
        }
        try await stack.sql("ALTER DATABASE \(database) SET default_transaction_read_only = on")
        try await stack.terminatePostgresConnections()
        let request = try await gateway.send([Sample.send(2)], from: Sample.alice)[0]
        try await stack.until("the worker has noticed") { stack.log.contains("SQLSTATE 25006") }
        try await stack.sql(
          "SET default_transaction_read_only = off; ALTER DATABASE \(database) RESET default_transaction_read_only")
        _ = try await gateway.accepted(request)
      }
    }
  }

  @Test("a schema that does not fit stops the partition until it is mended, and condemns nobody")
  func wrongSchema() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        try await stack.sql("ALTER TABLE envelopes RENAME COLUMN kind TO sort")
        let request = try await gateway.send([Sample.send(1)], from: Sample.alice)[0]
        try await stack.until("the worker has noticed") { stack.log.contains("SQLSTATE 42703") }
        try await stack.sql("ALTER TABLE envelopes RENAME COLUMN sort TO kind")
        _ = try await gateway.accepted(request)
      }
    }
  }

  private static func attach(_ device: DeviceAddress, _ connection: UInt64) -> PartitionAttach {
    PartitionAttach(
      connection: connection, account: device.account, device: device.device, authenticatedAt: connection)
  }

  private static func command(_ send: Send, request: UInt64) -> PartitionCommand {
    PartitionCommand(
      send: PartitionSend(
        connection: 1_000, request: request, sender: Sample.alice.account, senderDevice: Sample.alice.device,
        body: send.encoded()[...]))
  }
}
