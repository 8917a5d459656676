// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import AuthService

@Suite("Publishing a device list", .timeLimit(.minutes(3)))
struct PublishDeviceListTests {
  @Test("a device is added, can log in, and its partition is told")
  func add() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let phone = try DeviceKeys(2)
      let before = try await client.login(alice)
      try await client.publish(alice.list(number: 2, [alice.first, phone]), as: alice.address)
      // Whoever logs in or refreshes from now on learns that there is a newer list.
      #expect(before.deviceListNumber == 1)
      #expect(try await client.login(alice, with: phone).deviceListNumber == 2)
      #expect(try await client.login(alice).deviceListNumber == 2)
      #expect(try await client.refresh(before).deviceListNumber == 2)
      #expect(try await client.announcements(of: alice) == [PartitionCommand(accountChanged: alice.account)])
      // Delivery deletes it when it has taken the change in.
      #expect(try await client.stack.count("SELECT device_list_number FROM account_changes") == 2)
    }
  }

  @Test("a device is removed with its sessions, and cannot come back")
  func remove() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let phone = try DeviceKeys(2)
      let phoneAddress = DeviceAddress(account: alice.account, device: phone.device)
      try await client.publish(alice.list(number: 2, [alice.first, phone]), as: alice.address)
      let kept = try await client.login(alice)
      let ended = try await client.login(alice, with: phone)
      try await client.publish(alice.list(number: 3, [alice.first]), as: phoneAddress)
      await expectRefusal(.sessionRevoked) { _ = try await client.refresh(ended) }
      let login = try await client.loginRequest(alice, with: phone)
      await expectRefusal(.signatureInvalid) { _ = try await client.ask(login, expecting: Tokens.self) }
      await expectRefusal(.deviceUnknown) {
        try await client.publish(alice.list(number: 4, [alice.first]), as: phoneAddress)
      }
      await expectRefusal(.deviceListInvalid) {
        try await client.publish(alice.list(number: 4, [alice.first, phone]), as: alice.address)
      }
      _ = try await client.refresh(kept)
      try await client.publish(alice.list(number: 4, [alice.first, DeviceKeys(3)]), as: alice.address)
    }
  }

  @Test("the same list again succeeds and changes nothing")
  func repetition() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let list = try alice.list(number: 2, [alice.first, DeviceKeys(2)])
      for _ in 0..<3 { try await client.publish(list, as: alice.address) }
      #expect(try await client.stack.count("SELECT device_list_number FROM accounts") == 2)
      #expect(try await client.stack.count("SELECT count(*) FROM devices") == 2)
    }
  }

  @Test("a connection that is not authenticated publishes nothing")
  func unauthenticated() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let list = try alice.list(number: 2, [alice.first])
      await expectRefusal(.notAuthenticated) {
        _ = try await client.ask(PublishDeviceList(deviceList: list), expecting: Done.self)
      }
    }
  }

  @Test("every list that breaks a rule is refused and leaves the current one in place")
  func refusals() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      let bob = try await client.registered()
      let cases: [(FailureCode, SignedDeviceList)] = [
        (.deviceListConflict, try alice.list(number: 3, [alice.first])),
        (.deviceListConflict, try alice.list(number: 1, [alice.first, DeviceKeys(2)])),
        (.deviceListInvalid, try alice.list(number: 2, [DeviceKeys(1)])),
        (.deviceListInvalid, try alice.list(number: 2, [])),
        (.deviceListInvalid, try bob.list(number: 2, [bob.first])),
        (.signatureInvalid, try Person(account: alice.account).list(number: 2, [alice.first])),
      ]
      for (code, list) in cases {
        await expectRefusal(code) { try await client.publish(list, as: alice.address) }
      }
      let untouched = try await client.stack.count(
        "SELECT count(*) FROM accounts WHERE account = $1 AND device_list = $2", .uuid(alice.account.bytes),
        .bytes(try alice.list([alice.first]).payload))
      #expect(untouched == 1)
      #expect(try await client.announcements(of: alice).isEmpty)
    }
  }

  @Test("of many lists with one number at once, at two replicas, one is taken")
  func race() async throws {
    try await AuthClient.with(replicas: 2) { client in
      let alice = try await client.registered()
      let lists = try (0..<8).map { _ in try alice.list(number: 2, [alice.first, DeviceKeys(2)]) }
      let outcomes = await outcomes(of: lists.count) { index in
        try await client.publish(lists[index], as: alice.address)
      }
      #expect(outcomes.count { $0 == nil } == 1)
      #expect(outcomes.count { $0 == .deviceListConflict } == lists.count - 1)
      #expect(try await client.stack.count("SELECT count(*) FROM devices") == 2)
    }
  }

  @Test("an account changes its list ten times, then once a minute")
  func rateLimit() async throws {
    try await AuthClient.with { client in
      let alice = try await client.registered()
      for number in 2..<12 {
        try await client.publish(alice.list(number: UInt64(number), [alice.first]), as: alice.address)
      }
      await expectRefusal(.rateLimited) {
        try await client.publish(alice.list(number: 12, [alice.first]), as: alice.address)
      }
    }
  }
}

extension AuthClient {
  /// What stands in the stream of a person's partition.
  func announcements(of person: Person) async throws -> [PartitionCommand] {
    let stream = StreamName.partition(Partition(of: person.account))
    let reply = try await stack.redis.send(RedisCommand("XRANGE", .text(stream), "-", "+"))
    return try RedisStreamEntry.list(reply).flatMap { entry in
      try PartitionCommands(encoded: #require(entry.value(StreamName.field))).commands
    }
  }
}
