// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import KeyDirectoryService

@Suite("The key directory when a server is against it", .timeLimit(.minutes(3)))
struct KeyDirectoryFaultTests {
  @Test("without PostgreSQL every request is refused as unavailable, to be tried again")
  func noPostgres() async throws {
    try await TestStack.with { stack in
      let base = try stack.context("key-directory")
      let context = ServiceContext(
        name: base.name, configuration: base.configuration, domain: base.domain, logger: base.logger,
        postgres: PostgresPool(PostgresConfiguration(connectionString: "host=/nonexistent dbname=none", poolSize: 1)),
        redis: base.redis, redisConfiguration: base.redisConfiguration)
      let client = KeyClient(stack: stack, probe: try await RequestProbe(stack))
      try await stack.run(KeyDirectoryService.build(context)) {
        let device = try Device()
        await expectRefusal(.unavailable) {
          try await client.upload(UploadKeys(oneTimePreKeys: []), as: device)
        }
        await expectRefusal(.unavailable) { _ = try await client.status(of: device) }
        await expectRefusal(.unavailable) { _ = try await client.fetch(of: device, as: device) }
        await expectRefusal(.unavailable) {
          _ = try await client.ask(FindAccount(username: "anybody"), as: device, expecting: AccountRecord.self)
        }
      }
      await context.postgres.shutdown()
    }
  }

  @Test("after the loss of its connections and of all of Redis' data it answers a client that repeats its request")
  func recovery() async throws {
    try await KeyClient.with { client in
      let device = try await client.newDevice()
      try await client.upload(UploadKeys(oneTimePreKeys: Device.oneTimePreKeys([1])), as: device)
      try await client.stack.terminatePostgresConnections()
      try await client.stack.flushRedis()
      // The gateway's stream went with Redis' data, so a new one asks.
      let again = KeyClient(stack: client.stack, probe: try await RequestProbe(client.stack))
      var status: KeyStatus?
      for _ in 0..<5 where status == nil {
        do { status = try await again.status(of: device) } catch let failure as Failure {
          #expect(failure.code == .unavailable)
        }
      }
      #expect(status?.oneTimePreKeys == 1)
    }
  }

  @Test("no id, name or key stands in the log")
  func log() async throws {
    try await KeyClient.with { client in
      let (bob, alice) = (try await client.newDevice(), try await client.newDevice())
      let upload = UploadKeys(
        signedPreKey: try bob.signedPreKey(1, as: .signed), oneTimePreKeys: Device.oneTimePreKeys([1]))
      try await client.upload(upload, as: bob)
      _ = try await client.fetch(of: bob, as: alice)
      _ = try await client.ask(FindAccount(username: bob.username), as: alice, expecting: AccountRecord.self)
      await expectRefusal(.preKeyConflict) {
        try await client.upload(UploadKeys(oneTimePreKeys: Device.oneTimePreKeys([1])), as: bob)
      }
      let texts = [
        bob.username, bob.address.account.raw.uuidString, bob.address.account.bytes.hexadecimal,
        upload.oneTimePreKeys[0].publicKey.hexadecimal, "\(upload.oneTimePreKeys[0].publicKey)",
      ]
      for text in texts { #expect(!client.stack.log.contains(text)) }
    }
  }
}
