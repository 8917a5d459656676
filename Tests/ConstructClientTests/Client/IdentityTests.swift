// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing
import Wire

@testable import ConstructClient

@Suite("Identities", .timeLimit(.minutes(3)))
struct IdentityTests {
  @Test("both sides see the same safety number, each other's QR code matches, and a confirmation stays")
  func safetyNumbers() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      let unknown = await #expect(throws: ClientError.self) { try await alice.client.safetyNumber(with: "bob") }
      #expect(unknown?.code == .contactUnknown)
      let contact = try await alice.client.whileConnected { try await alice.client.find("Bob") }
      #expect(contact.name == "bob" && contact.account == bob.address.account && !contact.isVerified)
      try await bob.client.send("hi", to: "alice")
      try await bob.synchronize()
      let atAlice = try await alice.client.safetyNumber(with: "bob")
      let atBob = try await bob.client.safetyNumber(with: "alice")
      #expect(atAlice.groups == atBob.groups && atAlice.groups.count == 12)
      #expect(atAlice.qrPayload != atBob.qrPayload && !atAlice.isVerified)
      for (scanned, outcome) in [
        (atAlice.qrPayload, ScannedSafetyNumber.different), ([1, 2, 3], .unreadable),
        ([2] + atBob.qrPayload.dropFirst(), .otherVersion),
      ] {
        #expect(try await alice.client.compare(scanned: scanned, with: "bob") == outcome)
        #expect(try await alice.client.safetyNumber(with: "bob").isVerified == false)
      }
      #expect(try await alice.client.compare(scanned: atBob.qrPayload, with: "bob") == .verified)
      #expect(try await alice.client.safetyNumber(with: "bob").isVerified)
      #expect(try await alice.client.contacts().first?.isVerified == true)
      try await alice.client.markVerified("bob", false)
      #expect(try await alice.client.contacts().first?.isVerified == false)
      let nobody = await #expect(throws: ClientError.self) {
        try await alice.client.whileConnected { try await alice.client.find("nobody-there") }
      }
      #expect(nobody?.code == .recipientUnknown)
    }
  }

  @Test(
    "a server that swaps an account's root key is found out: nothing is sent to the new one, and the person is told")
  func swappedRoot() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      try await alice.client.send("before", to: "bob")
      try await alice.synchronize()
      try await alice.client.markVerified("bob")

      let impostor = try TestIdentity(account: bob.address.account)
      await server.replace(try impostor.record(username: "bob", number: 2), for: bob.address.account)
      let events = alice.client.events
      let message = try await alice.client.send("secret", to: "bob")
      try await alice.synchronize()
      #expect(try await alice.client.message(message.id).state == .failed(.identityChanged))
      #expect(await server.sends.allSatisfy { $0.deviceListNumber == 1 })
      for await case .identityChanged(let contact) in events {
        #expect(contact.name == "bob" && contact.hasChangedIdentity && contact.isVerified)
        break
      }
      #expect(try await alice.client.contacts().first?.hasChangedIdentity == true)

      try await alice.client.acceptChangedIdentity(of: "bob")
      let accepted = try #require(try await alice.client.contacts().first)
      #expect(!accepted.hasChangedIdentity && !accepted.isVerified)
    }
  }

  @Test("a device list that goes back sends nothing, and the message says why")
  func rollback() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      let before = try #require(await server.record(of: "bob"))
      let laptop = try await bob.linkedDevice(server: server, at: gateway.address)
      try await alice.client.send("to two devices", to: "bob")
      try await alice.synchronize()
      // A list that Bob did sign, once, and that has no laptop.
      await server.replace(before, for: bob.address.account)
      let message = try await alice.client.send("to whom?", to: "bob")
      try await alice.synchronize()
      #expect(try await alice.client.message(message.id).state == .failed(.identityInvalid))
      #expect(try await alice.listNumber(of: "bob") == 2)
      try await laptop.synchronize()
      #expect(try await laptop.texts(with: "alice") == ["to two devices"])
    }
  }

  @Test("a bundle that the device did not sign sends nothing")
  func forgedKeys() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      await server.forgeSignedPreKey(of: bob.address)
      let message = try await alice.client.send("secret", to: "bob")
      try await alice.synchronize()
      #expect(try await alice.client.message(message.id).state == .failed(.identityInvalid))
      #expect(await server.sends.isEmpty)
    }
  }

  @Test("a second account with a known username gets a name that cannot be mistaken")
  func sameUsername() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      try await bob.client.send("from the first", to: "alice")
      try await bob.synchronize()
      try await alice.synchronize()
      await server.rename("bob", to: "old-bob")
      let other = try await Person.register("bob", at: gateway.address)
      try await other.client.send("from the second", to: "alice")
      try await other.synchronize()
      try await alice.synchronize()
      let names = try await alice.client.contacts().map(\.name)
      #expect(names == ["bob", "bob~\(other.address.account.raw.uuidString.prefix(8))"])
      #expect(try await alice.texts(with: "bob") == ["from the first"])
      #expect(try await alice.texts(with: names[1]) == ["from the second"])
      try await alice.client.send("to the second", to: names[1])
      try await alice.synchronize()
      try await other.synchronize()
      #expect(try await other.texts(with: "alice") == ["from the second", "to the second"])
    }
  }

  @Test("a name that was written to before it was known, and its account, become one conversation")
  func merging() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      try await bob.client.send("hello", to: "alice")
      try await bob.synchronize()
      try await alice.client.send("hello yourself", to: "bob")
      try await alice.synchronize()
      #expect(try await alice.client.contacts().map(\.name) == ["bob"])
      #expect(try await Set(alice.texts(with: "bob")) == ["hello", "hello yourself"])
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["hello", "hello yourself"])
    }
  }

  @Test("of two people whom one's other device wrote to, one that the server cannot name does not hide the other")
  func copiesToStrangers() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let phone = try await Person.register("alice", at: gateway.address)
      let laptop = try await phone.linkedDevice(server: server, at: gateway.address)
      let ghost = try await Person.register("ghost", at: gateway.address)
      _ = try await Person.register("bob", at: gateway.address)
      try await laptop.client.send("to somebody who leaves", to: "ghost")
      try await laptop.synchronize()
      try await laptop.client.send("to somebody who stays", to: "bob")
      try await laptop.synchronize()
      await server.forget(ghost.address.account)
      try await phone.synchronize()
      let unknown = "~\(ghost.address.account.raw.uuidString)"
      #expect(try await phone.client.contacts().map(\.name) == [unknown, "bob"])
      #expect(try await phone.texts(with: unknown) == ["to somebody who leaves"])
      #expect(try await phone.texts(with: "bob") == ["to somebody who stays"])
      #expect(await server.waiting(phone.address).isEmpty)
    }
  }

  @Test("a device learns with its tokens that its account has a newer list, and copies to the new device from then on")
  func ownList() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let phone = try await Person.register("bob", at: gateway.address)
      let copy = try phone.copied()
      let laptop = try await phone.linkedDevice(server: server, at: gateway.address)
      try await phone.client.close()
      // The phone as it was before: it knows of no other device, and nobody refuses a message because of that.
      let old = try await phone.reopened(copy, time: TestTime())
      await server.advance(milliseconds: 900_000)
      try await old.client.send("to everybody", to: "alice")
      try await old.synchronize()
      try await laptop.synchronize()
      try await alice.synchronize()
      #expect(try await alice.texts(with: "bob") == ["to everybody"])
      #expect(try await laptop.texts(with: "alice") == ["to everybody"])
      #expect(try await old.client.store.read { try $0.deviceList(of: ContactRow.own)?.list.number } == 2)
    }
  }

  @Test("a list of one's own account that the root key did not sign is not taken over, and stops nothing")
  func forgedOwnList() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let bob = try await Person.register("bob", at: gateway.address)
      let alice = try await Person.register("alice", at: gateway.address)
      let other = try TestIdentity(account: alice.address.account)
      var forged = try await need(server.record(of: "alice"))
      forged.deviceList = try other.record(username: "alice", number: 9).deviceList
      await server.replace(forged, for: alice.address.account)
      await server.advance(milliseconds: 900_000)
      try await alice.client.send("all the same", to: "bob")
      try await alice.synchronize()
      #expect(try await alice.client.store.read { try $0.deviceList(of: ContactRow.own)?.list.number } == 1)
      #expect(try await alice.client.history(with: "bob").map(\.state) == [.accepted])
      _ = bob
    }
  }

  @Test("a second device: senders learn of it by the stale list, both devices read, and see what the other sent")
  func secondDevice() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let phone = try await Person.register("bob", at: gateway.address)
      try await alice.client.send("to one device", to: "bob")
      try await alice.synchronize()
      try await phone.synchronize()

      let laptop = try await phone.linkedDevice(server: server, at: gateway.address)
      try await alice.client.send("to both devices", to: "bob")
      try await alice.synchronize()
      try await phone.synchronize()
      try await laptop.synchronize()
      #expect(try await phone.texts(with: "alice") == ["to one device", "to both devices"])
      #expect(try await laptop.texts(with: "alice") == ["to both devices"])
      #expect(await server.sends.map(\.envelopes.count) == [1, 1, 2])

      try await laptop.client.send("from the laptop", to: "alice")
      try await laptop.synchronize()
      try await alice.synchronize()
      try await phone.synchronize()
      #expect(try await alice.texts(with: "bob").last == "from the laptop")
      let copy = try #require(try await phone.client.history(with: "alice").last)
      #expect(copy.text == "from the laptop" && copy.direction == .outgoing && copy.state == .accepted)
      #expect(!copy.isUnread)

      try await phone.removeOtherDevices(server: server)
      try await alice.client.send("to the phone alone", to: "bob")
      try await alice.synchronize()
      try await phone.synchronize()
      #expect(try await phone.texts(with: "alice").last == "to the phone alone")
      #expect(await server.waiting(laptop.address).isEmpty)
    }
  }
}

extension Person {
  fileprivate func listNumber(of name: String) async throws -> UInt64? {
    try await client.store.read { transaction in
      try transaction.contact(named: name).flatMap { try transaction.deviceList(of: $0.id)?.list.number }
    }
  }
}

extension FakeServer {
  func forgeSignedPreKey(of address: Address) {
    guard let key = keys[address]?[.classic]?.signed else { return }
    keys[address]?[.classic]?.signed = SignedPreKeyRecord(
      id: key.id, publicKey: [UInt8](repeating: 9, count: 32), signature: key.signature)
  }

  func forget(_ account: AccountID) { accounts[account] = nil }

  func rename(_ username: String, to other: String) {
    guard var record = record(of: username) else { return }
    record.username = other
    accounts[record.account] = record
  }
}
