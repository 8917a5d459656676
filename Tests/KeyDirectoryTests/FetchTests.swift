// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import KeyDirectoryService

@Suite("Fetching bundles", .timeLimit(.minutes(3)))
struct FetchTests {
  @Test("a bundle has the signed prekey and a one-time prekey as they were uploaded")
  func bundle() async throws {
    try await KeyClient.with { client in
      let (bob, alice) = (try await client.newDevice(), try await client.newDevice())
      let upload = UploadKeys(
        signedPreKey: try bob.signedPreKey(3, as: .signed), lastResortPreKey: try bob.signedPreKey(4, as: .lastResort),
        oneTimePreKeys: Device.oneTimePreKeys([7]))
      try await client.upload(upload, as: bob)
      let signed = try #require(upload.signedPreKey)
      let first = BundleRecord(
        device: bob.address.device, signedPreKey: signed, oneTimePreKey: upload.oneTimePreKeys[0])
      let bundles = try await client.fetch(of: bob, as: alice)
      #expect(bundles == Bundles(account: bob.address.account, deviceListNumber: 7, bundles: [first]))
      let later = BundleRecord(
        device: bob.address.device, signedPreKey: signed, lastResortPreKey: upload.lastResortPreKey)
      for _ in 0..<2 { #expect(try await client.fetch(of: bob, as: alice).bundles == [later]) }
    }
  }

  @Test("an account's devices get a bundle each, as named or all, without the one that asks and those without keys")
  func devices() async throws {
    try await KeyClient.with { client in
      let one = try await client.newDevice()
      let account = one.address.account
      let two = try await client.newDevice(account: account, device: 2)
      let three = try await client.newDevice(account: account, device: 3)
      let empty = try await client.newDevice(account: account, device: 4)
      let alice = try await client.newDevice()
      for device in [three, one, two] {
        try await client.upload(
          UploadKeys(
            signedPreKey: device.signedPreKey(device.address.device.number, as: .signed),
            oneTimePreKeys: Device.oneTimePreKeys([1])), as: device)
      }
      func numbers(_ bundles: Bundles) -> [UInt32] { bundles.bundles.map(\.device.number) }
      #expect(try await numbers(client.fetch([three, one], of: one, as: alice)) == [1, 3])
      let all = try await client.fetch(of: one, as: alice)
      #expect(numbers(all) == [1, 2, 3])
      #expect(all.bundles.map { $0.oneTimePreKey != nil } == [false, true, false])
      #expect(try await numbers(client.fetch([empty], of: one, as: alice)).isEmpty)
      #expect(try await numbers(client.fetch(of: one, as: one)) == [2, 3])
      #expect(try await numbers(client.fetch([one], of: one, as: one)).isEmpty)
    }
  }

  @Test("nobody's account, a removed device's request and one without a device are refused")
  func refusals() async throws {
    try await KeyClient.with { client in
      let (bob, alice) = (try await client.newDevice(), try await client.newDevice())
      let (stranger, nobody) = (try Device(), try Device())
      await expectRefusal(.accountUnknown) { _ = try await client.fetch(of: nobody, as: alice) }
      await expectRefusal(.deviceUnknown) { _ = try await client.fetch(of: bob, as: stranger) }
      await expectRefusal(.notAuthenticated) {
        _ = try await client.ask(
          FetchBundles(account: bob.address.account, devices: []), as: nil, expecting: Bundles.self)
      }
    }
  }

  @Test("a hundred prekeys under 150 fetches at once, at two replicas: each goes out once, then the last resort")
  func race() async throws {
    try await KeyClient.with(replicas: 2, settings: ["keys.target.burst": "1000"]) { client in
      let bob = try await client.newDevice()
      let upload = UploadKeys(
        signedPreKey: try bob.signedPreKey(1, as: .signed), lastResortPreKey: try bob.signedPreKey(1, as: .lastResort),
        oneTimePreKeys: Device.oneTimePreKeys(1...100))
      try await client.upload(upload, as: bob)
      let requesters = try (0..<150).map { _ in try Device() }
      try await client.store(requesters)
      let bundles = try await withThrowingTaskGroup(of: BundleRecord?.self) { group in
        for requester in requesters {
          group.addTask { try await client.fetch(of: bob, as: requester).bundles.first }
        }
        return try await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
      }
      #expect(bundles.count == 150)
      let handedOut = bundles.compactMap(\.oneTimePreKey)
      #expect(handedOut.count == 100)
      #expect(handedOut.sorted { $0.id < $1.id } == upload.oneTimePreKeys)
      #expect(bundles.count { $0.lastResortPreKey == upload.lastResortPreKey } == 50)
      #expect(try await client.status(of: bob).oneTimePreKeys == 0)
      let kept = try await client.stack.count("SELECT count(*) FROM one_time_prekeys WHERE public_key IS NULL")
      #expect(kept == 100)
    }
  }

  @Test("one account fetches another six times, with whatever devices, then is held back; other pairs are not")
  func pairLimit() async throws {
    try await KeyClient.with { client in
      let (bob, carol) = (try await client.newDevice(), try await client.newDevice())
      let phone = try await client.newDevice()
      let tablet = try await client.newDevice(account: phone.address.account, device: 2)
      for number in 0..<6 { _ = try await client.fetch(of: bob, as: number % 2 == 0 ? phone : tablet) }
      for device in [phone, tablet] {
        let failure = await #expect(throws: Failure.self) { _ = try await client.fetch(of: bob, as: device) }
        #expect(failure?.code == .rateLimited)
        #expect((500_000...600_000).contains(failure?.retryAfterMilliseconds ?? 0))
      }
      _ = try await client.fetch(of: carol, as: phone)
      _ = try await client.fetch(of: bob, as: carol)
    }
  }

  @Test("many accounts together do not drain one-time prekeys: beyond a bound they get the last resort, no refusal")
  func targetLimit() async throws {
    let settings = ["keys.target.burst": "3", "keys.target.seconds": "3600"]
    try await KeyClient.with(settings: settings) { client in
      let (bob, carol) = (try await client.newDevice(), try await client.newDevice())
      let tablet = try await client.newDevice(account: bob.address.account, device: 2)
      for (device, lastResort) in [(bob, true), (carol, true), (tablet, false)] {
        try await client.upload(
          UploadKeys(
            signedPreKey: device.signedPreKey(1, as: .signed),
            lastResortPreKey: lastResort ? device.signedPreKey(2, as: .lastResort) : nil,
            oneTimePreKeys: Device.oneTimePreKeys(1...20)), as: device)
      }
      let crowd = try (0..<8).map { _ in try Device() }
      try await client.store(crowd)
      var bundles: [Bundles] = []
      for requester in crowd { bundles.append(try await client.fetch(of: bob, as: requester)) }
      #expect(bundles.prefix(3).allSatisfy { $0.bundles[0].oneTimePreKey != nil })
      #expect(bundles.dropFirst(3).allSatisfy { $0.bundles[0].oneTimePreKey == nil })
      #expect(bundles.dropFirst(3).allSatisfy { $0.bundles[0].lastResortPreKey != nil })
      #expect(bundles.allSatisfy { $0.bundles[1].oneTimePreKey != nil }, "a device without a last resort")
      #expect(try await client.status(of: bob).oneTimePreKeys == 17)
      #expect(try await client.fetch(of: carol, as: crowd[0]).bundles[0].oneTimePreKey != nil)
      #expect(try await client.fetch(of: bob, as: tablet).bundles[0].oneTimePreKey != nil, "one's own are not counted")
    }
  }

  @Test("an account fetches sixty times, whatever it fetches, then is held back")
  func accountLimit() async throws {
    try await KeyClient.with { client in
      let alice = try await client.newDevice()
      let targets = try (0..<70).map { _ in try Device() }
      try await client.store(targets)
      let outcomes = await outcomes(of: targets.count) { index in
        _ = try await client.fetch(of: targets[index], as: alice)
      }
      #expect((60...66).contains(outcomes.count { $0 == nil }))
      #expect(outcomes.allSatisfy { $0 == nil || $0 == .rateLimited })
    }
  }

  @Test("the limit of a pair is configurable")
  func configuredLimit() async throws {
    try await KeyClient.with(settings: ["keys.fetch.burst": "1", "keys.fetch.seconds": "30"]) { client in
      let (bob, alice) = (try await client.newDevice(), try await client.newDevice())
      _ = try await client.fetch(of: bob, as: alice)
      let failure = await #expect(throws: Failure.self) { _ = try await client.fetch(of: bob, as: alice) }
      #expect((25_000...30_000).contains(failure?.retryAfterMilliseconds ?? 0))
    }
  }

  @Test("a fetch whose transaction fails hands nothing out")
  func failedTransaction() async throws {
    try await KeyClient.with { client in
      let (bob, alice) = (try await client.newDevice(), try await client.newDevice())
      try await client.upload(
        UploadKeys(signedPreKey: bob.signedPreKey(1, as: .signed), oneTimePreKeys: Device.oneTimePreKeys([1])),
        as: bob)
      // What the server does when it is killed at the worst moment: the statement has run, the commit has not.
      try await client.stack.execute(
        """
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'
        """)
      try await client.stack.execute(
        """
        CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON one_time_prekeys DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION die()
        """)
      await expectRefusal(.unavailable) { _ = try await client.fetch(of: bob, as: alice) }
      #expect(try await client.status(of: bob).oneTimePreKeys == 1)
      try await client.stack.execute("DROP TRIGGER die ON one_time_prekeys")
      #expect(try await client.fetch(of: bob, as: alice).bundles.first?.oneTimePreKey?.id == 1)
    }
  }
}
