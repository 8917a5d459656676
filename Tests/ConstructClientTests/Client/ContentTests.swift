// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import ConstructClient

@Suite("What a message says", .timeLimit(.minutes(3)))
struct ContentTests {
  /// Alice and Bob, of suite 1, with a session between them; everything that Alice wrote so far was read.
  private func withConversation(_ body: @Sendable (FakeServer, Person, Person) async throws -> Void) async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      try await alice.client.send("before", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      try await body(server, alice, bob)
    }
  }

  private func states(_ person: Person) async throws -> [Message.State] {
    try await person.client.history(with: "alice").map(\.state)
  }

  @Test("of a kind that is not known, a message is shown that this version cannot read")
  func unknownKind() async throws {
    try await withConversation { server, alice, bob in
      let content = Content(message: .forged(1), sentAt: 5, text: "not for you", kind: ContentKind(999))
      try await server.deliver(alice.seal(content.encoded(), to: "bob"), 1, from: alice, to: bob)
      try await alice.client.send("after", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await states(bob) == [.received, .unreadable(.unsupported), .received])
      #expect(try await bob.texts(with: "alice") == ["before", "?", "after"])
      #expect(await server.waiting(bob.address).isEmpty)
    }
  }

  @Test("of a kind that is not known and is marked as silent nothing is shown, however often it comes")
  func silent() async throws {
    try await withConversation { server, alice, bob in
      let content = Content(message: .forged(1), sentAt: 5, kind: ContentKind(999), isSilent: true)
      let message = try await alice.seal(content.encoded(), to: "bob")
      for _ in 1...3 {
        try await server.deliver(message, 1, from: alice, to: bob)
        try await bob.synchronize()
      }
      try await alice.client.send("after", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await states(bob) == [.received, .received])
      #expect(await server.waiting(bob.address).isEmpty)
    }
  }

  @Test("the ids of silent messages that are remembered are bounded")
  func silentBound() async throws {
    let bench = try await StoreBench()
    let alice = bench.own.account
    try await bench.store.write { transaction in
      func id(_ number: Int) -> MessageID { MessageID(Identifier128(high: 0, low: UInt64(number))) }
      for number in 0...StoreSchema.silentMessages {
        try transaction.noteSilent(id(number), from: alice, device: .first)
      }
      #expect(try transaction.hasMessage(id(0), from: alice, device: .first) == false)
      #expect(try transaction.hasMessage(id(1), from: alice, device: .first))
      #expect(try transaction.hasMessage(id(StoreSchema.silentMessages), from: alice, device: .first))
    }
  }

  @Test("a text without a text, a copy from somebody else, and what is no content at all are shown as malformed")
  func malformed() async throws {
    try await withConversation { server, alice, bob in
      let contents = [
        Content(message: .forged(0), sentAt: 5).encoded(),
        Content(message: .forged(1), sentAt: 5, text: "x", sentTo: alice.address.account).encoded(), [0x90],
      ]
      for (index, content) in contents.enumerated() {
        try await server.deliver(alice.seal(content, to: "bob"), UInt64(index), from: alice, to: bob)
      }
      try await bob.synchronize()
      #expect(try await states(bob) == [.received] + contents.map { _ in .unreadable(.malformed) })
    }
  }

  @Test("a text that is delivered under another id is not shown; asked for under its own, it is shown once")
  func anotherID() async throws {
    try await withConversation { server, alice, bob in
      try await alice.client.send("once", to: "bob")
      try await alice.synchronize()
      let sent = try #require(await server.waiting(bob.address).first)
      await server.acknowledge([SequenceRange(first: sent.sequence, last: sent.sequence)], bob.address)
      for id in [.forged(1), sent.message] {
        try await server.put(
          bob.address, sender: alice.address, message: id, acceptedAt: sent.acceptedAt, kind: sent.kind,
          ciphertext: sent.ciphertext)
        try await bob.synchronize()
      }
      #expect(try await states(bob) == [.received, .unreadable(.malformed), .unreadable(.keyUsed)])
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["before", "?", "once"])
    }
  }

  @Test("a message that repeats another's key under an id of its own is shown as unreadable, once")
  func usedKey() async throws {
    try await withConversation { server, alice, bob in
      let message = try await alice.seal(Content(message: .forged(1), sentAt: 5, text: "once").encoded(), to: "bob")
      for id in [1, 2, 2, 1] as [UInt64] {
        try await server.deliver(message, id, from: alice, to: bob)
        try await bob.synchronize()
      }
      #expect(try await states(bob) == [.received, .received, .unreadable(.keyUsed)])
      #expect(await server.waiting(bob.address).isEmpty)
    }
  }
}
