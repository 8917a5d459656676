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

extension TestStack {
  /// Settings under which things that take seconds in production take a moment.
  func deliveryConfiguration(_ change: (inout DeliveryConfiguration) -> Void = { _ in }) throws -> DeliveryConfiguration
  {
    var configuration = try DeliveryConfiguration(reader: context("settings").configuration)
    configuration.lease = .seconds(1)
    configuration.readWaitMilliseconds = 20
    configuration.choresInterval = 50
    configuration.limits.pair = .fast
    // Nothing is sent again, and nobody woken for it, because a machine is slow: tests of that set their own.
    configuration.devices.patience = 3_600_000
    configuration.devices.longestPatience = 3_600_000
    change(&configuration)
    return configuration
  }

  /// One worker, with its name in `partitions.owner`.
  func worker(
    _ change: (inout DeliveryConfiguration) -> Void = { _ in }
  ) throws -> (name: String, services: [any Service], worker: DeliveryWorker) {
    let context = try context("delivery")
    let worker = DeliveryWorker(context: context, configuration: try deliveryConfiguration(change))
    return (context.instance, [worker], worker)
  }

  /// Runs one worker that holds every partition for the time of `body`.
  func deliver(
    _ change: (inout DeliveryConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (TestGateway) async throws -> Void
  ) async throws {
    let gateway = try await TestGateway(self)
    try await run(try worker(change).services) {
      try await gateway.asked(times: 1)
      try await body(gateway)
    }
  }

  /// Adds an account, and beside it the one that tests send from, `Sample.alice`.
  func addAccount(_ account: AccountID, devices: [UInt32] = [1], list: UInt64 = 1) async throws {
    try await insert(account, devices: devices, list: list)
    let sender = Sample.alice.account
    guard account != sender,
      try await count("SELECT count(*) FROM accounts WHERE account = $1", .uuid(sender.bytes)) == 0
    else { return }
    try await insert(sender, devices: [1], list: 1)
  }

  private func insert(_ account: AccountID, devices: [UInt32], list: UInt64) async throws {
    try await postgres.withTransaction { connection in
      try connection.execute(
        """
        INSERT INTO accounts (account, username, skeleton, suite, root_identity_key, device_list_number, device_list,
          device_list_signature, highest_device)
        VALUES ($1, $2, $2, 1, '', $3, '', '', 6)
        """, .uuid(account.bytes), .text(account.raw.uuidString), .int64(Int64(list)))
      for device in devices { try Self.addDevice(account, device, connection) }
    }
  }

  /// Replaces the device list as auth does.
  func changeList(_ account: AccountID, devices: [UInt32], list: UInt64) async throws {
    try await postgres.withTransaction { connection in
      try connection.execute(
        "UPDATE accounts SET device_list_number = $2 WHERE account = $1", .uuid(account.bytes), .int64(Int64(list)))
      try connection.execute("DELETE FROM devices WHERE account = $1", .uuid(account.bytes))
      for device in devices { try Self.addDevice(account, device, connection) }
    }
  }

  private static func addDevice(
    _ account: AccountID, _ device: UInt32, _ connection: borrowing PostgresConnection
  ) throws {
    try connection.execute(
      "INSERT INTO devices (account, device, suite, signing_key, agreement_key) VALUES ($1, $2, 1, '', '')",
      .uuid(account.bytes), .int32(Int32(device)))
  }

  /// The sequences that wait for a device.
  func waiting(_ device: DeviceAddress) async throws -> [Int64] {
    try await postgres.withConnection { connection in
      try connection.query(
        "SELECT sequence FROM envelopes WHERE account = $1 AND device = $2 ORDER BY sequence",
        .uuid(device.account.bytes), .int32(Int32(device.device.number))
      ).map { try $0.int64(0) }
    }
  }

  /// What the mailboxes say of their bytes, and of who has sent how much, compared with the messages themselves.
  func expectExactBookkeeping(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await postgres.withConnection { connection in
      let wrong = try connection.query(
        """
        SELECT 'mailbox', m.device, m.waiting, m.waiting_bytes, count(e.sequence),
          coalesce(sum(octet_length(e.ciphertext)), 0)
        FROM mailboxes m LEFT JOIN envelopes e USING (account, device) GROUP BY m.account, m.device
        HAVING (m.waiting, m.waiting_bytes) <> (count(e.sequence), coalesce(sum(octet_length(e.ciphertext)), 0))
        UNION ALL
        SELECT 'share', coalesce(s.device, t.device), s.waiting, s.waiting_bytes, t.waiting, t.waiting_bytes
        FROM mailbox_shares s FULL JOIN (
          SELECT account, device, sender, count(*) AS waiting, sum(octet_length(ciphertext)) AS waiting_bytes
          FROM envelopes JOIN mailboxes m USING (account, device) WHERE m.keeps_shares GROUP BY account, device, sender
        ) AS t USING (account, device, sender)
        WHERE (s.waiting, s.waiting_bytes) IS DISTINCT FROM (t.waiting, t.waiting_bytes)
        """)
      for row in wrong {
        Issue.record("\(try row.text(0)) of device \(try row.int32(1))", sourceLocation: sourceLocation)
      }
    }
  }

  /// What the mailbox itself says: the last sequence and how many wait; nil if there is none.
  func mailbox(_ device: DeviceAddress) async throws -> [Int64]? {
    try await postgres.withConnection { connection in
      try connection.query(
        "SELECT last_sequence, waiting FROM mailboxes WHERE account = $1 AND device = $2",
        .uuid(device.account.bytes), .int32(Int32(device.device.number))
      ).first.map { [try $0.int64(0), try $0.int64(1)] }
    }
  }

  /// How many partitions each owner has; under "" those that nobody has.
  func owners() async throws -> [String: Int64] {
    try await postgres.withConnection { connection in
      let rows = try connection.query("SELECT coalesce(owner, ''), count(*) FROM partitions GROUP BY owner")
      return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.text(0), try $0.int64(1)) })
    }
  }

  /// Runs statements of a test.
  func sql(_ script: String) async throws {
    try await postgres.withConnection { connection in try connection.script(script) }
  }

  /// All wake-ups that stand in the push relay's queue.
  func wakeUps() async throws -> [WakeUp] {
    let entries = try RedisStreamEntry.list(
      await redis.send(RedisCommand("XRANGE", .text(StreamName.pushQueue), "-", "+")))
    return try entries.flatMap { try PushRequest(encoded: $0.value(StreamName.wakeUpField) ?? []).wakeUps }
  }

  /// Waits until what PostgreSQL or Redis says satisfies a condition; each look is a round trip.
  func until(_ what: String, _ isTrue: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await !isTrue() {
      guard ContinuousClock.now < deadline else { throw TestSupportError("in vain: \(what)") }
      await Task.yield()
    }
  }
}
