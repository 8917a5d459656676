// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import TestSupport
import Testing
import Wire

@testable import DeliveryService

@Suite("The acceptance of messages by a worker", .timeLimit(.minutes(3)))
struct AcceptanceTests {
  @Test("a changed device list that was taken in needs no more announcing, and a later change still does")
  func changesTakenIn() async throws {
    try await TestStack.with { stack in
      let carol = Sample.account(partition: 5, salt: 8)
      for account in [Sample.bob, carol] {
        try await stack.addAccount(account, list: 2)
        try await stack.execute(
          "INSERT INTO account_changes (account, device_list_number) VALUES ($1, $2)", .uuid(account.bytes),
          .int64(account == carol ? 3 : 2))
      }
      try await stack.deliver { gateway in
        let changes = [Sample.bob, carol].map { PartitionCommand(accountChanged: $0) }
        try await gateway.append(changes, to: Partition(of: carol))
        _ = try await gateway.deliver(Sample.send(1, list: 2), from: Sample.alice)
        #expect(try await stack.count("SELECT device_list_number FROM account_changes") == 3)
        #expect(try await stack.count("SELECT count(*) FROM account_changes") == 1)
      }
    }
  }

  @Test("a device that was removed from its account's list cannot send any more, though its connection stands")
  func removedSender() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        _ = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        try await stack.changeList(Sample.alice.account, devices: [2], list: 2)
        await #expect(throws: Failure(.deviceUnknown)) {
          try await gateway.deliver(Sample.send(2), from: Sample.alice)
        }
        _ = try await gateway.deliver(Sample.send(3), from: Sample.address(Sample.alice.account, 2))
        #expect(try await stack.waiting(Sample.address(Sample.bob)) == [1, 2])
      }
    }
  }

  private static let phone = Sample.address(Sample.bob, 1)
  private static let tablet = Sample.address(Sample.bob, 2)

  @Test("a message is in the mailbox by the time its sender hears that it is accepted, and its device is woken")
  func durable() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob, devices: [1, 2])
      try await stack.deliver { gateway in
        let send = Sample.send(1, devices: [1, 2], isUrgent: true)
        let accepted = try await gateway.deliver(send, from: Sample.alice)
        let phoneRows = try await stack.waiting(Self.phone)
        let tabletRows = try await stack.waiting(Self.tablet)
        #expect(accepted.message == send.message)
        #expect(phoneRows == [1])
        #expect(tabletRows == [1])
        let wakeUps = try await stack.wakeUps()
        #expect(Set(wakeUps.map(\.device.number)) == [1, 2])
        #expect(wakeUps.allSatisfy { $0.isUrgent && $0.account == Sample.bob })
      }
    }
  }

  @Test("a repetition gets the first answer, also after the message was acknowledged and is gone")
  func repetition() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        let first = try await gateway.deliver(Sample.send(1), from: Sample.alice)
        #expect(try await gateway.deliver(Sample.send(1), from: Sample.alice) == first)
        #expect(try await stack.waiting(Self.phone) == [1])
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 1))
        try await stack.changeList(Sample.bob, devices: [1, 2], list: 2)
        #expect(try await gateway.deliver(Sample.send(1), from: Sample.alice) == first)
        #expect(try await stack.waiting(Self.phone) == [])
        #expect(try await stack.mailbox(Self.phone) == [1, 0])
      }
    }
  }

  @Test("the last sequence survives all messages")
  func lastSequence() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        for number in UInt64(1)...3 { _ = try await gateway.deliver(Sample.send(number), from: Sample.alice) }
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 3))
        _ = try await gateway.deliver(Sample.send(4), from: Sample.alice)
        #expect(try await stack.waiting(Self.phone) == [4])
        #expect(try await stack.mailbox(Self.phone) == [4, 1])
      }
    }
  }

  @Test("messages that cannot be accepted are refused with a code and leave no trace")
  func refused() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob, devices: [1, 2], list: 7)
      try await stack.deliver { gateway in
        await #expect(throws: Failure(.staleDeviceList, deviceListNumber: 7)) {
          try await gateway.deliver(Sample.send(1, devices: [1, 2], list: 6), from: Sample.alice)
        }
        await #expect(throws: Failure(.staleDeviceList, deviceListNumber: 7)) {
          try await gateway.deliver(Sample.send(1, devices: [1], list: 7), from: Sample.alice)
        }
        let nobody = Sample.account(partition: 3, salt: 99)
        await #expect(throws: Failure(.recipientUnknown)) {
          try await gateway.deliver(Sample.send(1, to: nobody), from: Sample.alice)
        }
        let mailbox = try await stack.mailbox(Self.phone)
        #expect(mailbox == nil)
        // The same message is welcome once its envelopes are right.
        _ = try await gateway.deliver(Sample.send(1, devices: [1, 2], list: 7), from: Sample.alice)
      }
    }
  }

  @Test("a copy to one's own devices goes to the others alone")
  func ownDevices() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob, devices: [1, 2])
      try await stack.deliver { gateway in
        _ = try await gateway.deliver(Sample.send(1, devices: [1]), from: Self.tablet)
        #expect(try await stack.waiting(Self.phone) == [1])
        #expect(try await stack.waiting(Self.tablet) == [])
      }
    }
  }

  @Test("a full mailbox refuses until something was acknowledged")
  func full() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver({ $0.limits = .with(messages: 2) }) { gateway in
        for number in UInt64(1)...2 { _ = try await gateway.deliver(Sample.send(number), from: Sample.alice) }
        let full = Failure(.mailboxFull, retryAfterMilliseconds: SendDecisions.fullRetryMilliseconds)
        await #expect(throws: full) { try await gateway.deliver(Sample.send(3), from: Sample.alice) }
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 1))
        // What is acknowledged in the same batch makes no room yet.
        try await stack.until("there is room") { try await stack.waiting(Self.phone) == [2] }
        _ = try await gateway.deliver(Sample.send(3), from: Sample.alice)
        #expect(try await stack.waiting(Self.phone) == [2, 3])
      }
    }
  }

  @Test("an acknowledgement removes what it names from the mailbox of its own device, and nothing else")
  func acknowledgements() async throws {
    try await TestStack.with { stack in
      let carol = Sample.account(partition: 5, salt: 8)
      try await stack.addAccount(Sample.bob, devices: [1, 2])
      try await stack.addAccount(carol)
      try await stack.deliver { gateway in
        for number in UInt64(1)...4 {
          _ = try await gateway.deliver(Sample.send(number, devices: [1, 2]), from: Sample.alice)
        }
        _ = try await gateway.deliver(Sample.send(1, to: carol), from: Sample.alice)
        try await gateway.acknowledge(
          Self.tablet, SequenceRange(first: 2, last: 3), SequenceRange(first: 3, last: 3),
          SequenceRange(first: 9, last: 20), SequenceRange(first: 4, last: 1))
        try await gateway.acknowledge(Sample.address(Sample.bob, 3), SequenceRange(first: 0, last: .max))
        _ = try await gateway.deliver(Sample.send(5, devices: [1, 2]), from: Sample.alice)
        #expect(try await stack.waiting(Self.phone) == [1, 2, 3, 4, 5])
        #expect(try await stack.waiting(Self.tablet) == [1, 4, 5])
        #expect(try await stack.waiting(Sample.address(carol)) == [1])
        #expect(try await stack.mailbox(Self.tablet) == [5, 3])
      }
    }
  }

  @Test("an acknowledgement that comes before its message removes nothing")
  func acknowledgedAhead() async throws {
    try await TestStack.with { stack in
      try await stack.addAccount(Sample.bob)
      try await stack.deliver { gateway in
        try await gateway.acknowledge(Self.phone, SequenceRange(first: 1, last: 10))
        let send = PartitionCommand(
          send: PartitionSend(
            connection: 1, request: 900, sender: Sample.alice.account, senderDevice: .first,
            body: Sample.send(1).encoded()[...]))
        let ahead = PartitionCommand(
          acknowledge: PartitionAcknowledge(
            account: Sample.bob, device: .first, ranges: [SequenceRange(first: 1, last: 1)]))
        try await gateway.append([send, ahead], to: Partition(of: Sample.bob))
        _ = try await gateway.accepted(900)
        #expect(try await stack.waiting(Self.phone) == [1])
      }
    }
  }
}
