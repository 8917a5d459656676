// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing
import Wire

@testable import ConstructClient

@Suite("Suites")
struct SuiteTests {
  @Test(
    "people of any two suites write to each other, in the suite of who was written to first",
    arguments: ClientSuites.implemented, ClientSuites.implemented)
  func pairs(alices: SuiteID, bobs: SuiteID) async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address, suite: alices)
      let bob = try await Person.register("bob", at: gateway.address, suite: bobs)
      try await alice.client.send("Is this post-quantum?", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      try await bob.client.send("As far as you and I can.", to: "alice")
      try await bob.synchronize()
      try await alice.synchronize()
      let conversation = ["Is this post-quantum?", "As far as you and I can."]
      #expect(try await alice.texts(with: "bob") == conversation)
      #expect(try await bob.texts(with: "alice") == conversation)
      #expect(try await server.suites() == [bobs, bobs])
      #expect(try await alice.client.contacts().map(\.suite) == [bobs])
      #expect(try await bob.client.contacts().map(\.suite) == [bobs])
      let numbers = [
        try await alice.client.safetyNumber(with: "bob"), try await bob.client.safetyNumber(with: "alice"),
      ]
      #expect(numbers[0].groups == numbers[1].groups)
      #expect(try await bob.client.compare(scanned: numbers[0].qrPayload, with: "alice") == .verified)
    }
  }

  @Test("people of different suites who write to each other at once meet in the higher one")
  func crossing() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address, suite: .classic)
      let bob = try await Person.register("bob", at: gateway.address, suite: .hybrid)
      try await alice.client.send("one", to: "bob")
      try await alice.synchronize()
      let sentByAlice = try await server.suites()
      // Bob has not seen it yet: his message is accepted before he receives hers.
      try await bob.client.send("two", to: "alice")
      try await bob.synchronize()
      for text in ["three", "four"] {
        try await alice.client.send(text, to: "bob")
        try await alice.synchronize()
        try await bob.client.send(text, to: "alice")
        try await bob.synchronize()
      }
      try await alice.synchronize()
      #expect(sentByAlice == [.hybrid])
      #expect(try await Set(server.suites().dropFirst(2)) == [.hybrid])
      #expect(try await alice.texts(with: "bob").sorted() == ["four", "four", "one", "three", "three", "two"])
      #expect(try await bob.texts(with: "alice").sorted() == ["four", "four", "one", "three", "three", "two"])
    }
  }

  @Test("new accounts are hybrid, and their devices have prekeys for those who know suite 1 alone")
  func recommended() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address, suite: ClientSuites.recommended)
      #expect(try await alice.client.status().identity?.suite == .hybrid)
      #expect(await server.keyStatus(alice.address, .hybrid).oneTimePreKeys == 100)
      #expect(await server.keyStatus(alice.address, .classic).oneTimePreKeys == 20)
      #expect(await server.keyStatus(alice.address, .hybridLevel5).signedPreKeyID == nil)
    }
  }

  @Test("an account of suite 1 moves to suite 2 by its devices: what others send to the new one is post-quantum")
  func movingUp() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address, suite: .hybrid)
      let old = try await Person.register("bob", at: gateway.address, suite: .classic)
      try await alice.client.send("before", to: "bob")
      try await alice.synchronize()
      let number = try await alice.client.safetyNumber(with: "bob").groups
      #expect(try await alice.client.contacts().map(\.suite) == [.classic])

      let new = try await old.linkedDevice(server: server, at: gateway.address, suite: .hybrid)
      try await old.synchronize()
      try await new.client.send("from the new device", to: "alice")
      try await new.synchronize()
      try await alice.synchronize()
      try await old.removeOtherDevices(server: server, keeping: new.address.device)
      try await alice.client.send("to the new device alone", to: "bob")
      try await alice.synchronize()
      try await new.synchronize()
      #expect(try await new.texts(with: "alice") == ["from the new device", "to the new device alone"])
      #expect(try await alice.texts(with: "bob") == ["before", "from the new device", "to the new device alone"])
      #expect(try await server.suites().last == .hybrid)
      // The root key is the one that was compared.
      #expect(try await alice.client.contacts().map(\.suite) == [.hybrid])
      #expect(try await alice.client.safetyNumber(with: "bob").groups == number)
    }
  }

  @Test("a device of one's own suite begins no session in a lower one")
  func lowerSuite() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address, suite: .hybrid)
      let bob = try await Person.register("bob", at: gateway.address, suite: .hybrid)
      try await alice.client.send("hello", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      // An initial message of suite 1, well-formed as far as anybody looks before a key is touched.
      let initial = [1, 1, 1] + [UInt8](repeating: 7, count: 68) + [0, 0, 0, 0, 0] + [UInt8](repeating: 7, count: 200)
      try await server.put(
        bob.address, sender: alice.address, message: MessageID(Identifier128(high: 1, low: 1)), acceptedAt: 5,
        kind: .preKeyMessage, ciphertext: initial[...])
      try await bob.synchronize()
      #expect(try await bob.client.history(with: "alice").map(\.state) == [.received, .unreadable(.unsupported)])
    }
  }

  @Test("a server that shows one of two hybrid people a classic view of the other gets no message opened")
  func downgrade() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address, suite: .hybrid)
      let bob = try await Person.register("bob", at: gateway.address, suite: .hybrid)
      let honest = try #require(await server.record(of: "bob"))
      // The signature's classic part holds over the same bytes; so the list itself cannot be stripped, and the server
      // must leave the device's entry as it is. The root key it can cut.
      var stripped = honest
      stripped.suite = 1
      stripped.rootIdentityKey = Array(honest.rootIdentityKey[..<32])
      stripped.deviceList.signature = Array(honest.deviceList.signature[..<64])
      await server.replace(stripped, for: bob.address.account)
      try await alice.client.send("who is listening?", to: "bob")
      try await alice.synchronize()
      await server.replace(honest, for: bob.address.account)
      try await bob.synchronize()
      #expect(try await bob.client.history(with: "alice").map(\.state) == [.unreadable(.notAuthentic)])
      let numbers = [
        try await alice.client.safetyNumber(with: "bob"), try await bob.client.safetyNumber(with: "alice"),
      ]
      #expect(numbers[0].groups != numbers[1].groups)
      // And once Alice sees the honest record, she is told.
      await #expect(throws: ClientError.self) {
        try await alice.client.whileConnected { _ = try await alice.client.find("bob") }
      }
      #expect(try await alice.client.contacts().map(\.hasChangedIdentity) == [true])
    }
  }
}

extension FakeServer {
  /// The suites of the messages that were sent, in order.
  func suites() throws -> [SuiteID] {
    try sends.flatMap(\.envelopes).map { try CiphertextMessage(bytes: Array($0.ciphertext)).suite }
  }
}
