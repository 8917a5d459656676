// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import Testing
import Wire

@testable import ConstructClient

/// docs/protocol.md, section 9.1.
@Suite("What could not be read is asked for again", .timeLimit(.minutes(3)))
struct RecoveryTests {
  /// Alice and Bob with a session that both have written in.
  private func withConversation(
    suite: SuiteID = .classic, bobs: SuiteID? = nil,
    _ body: @Sendable (FakeServer, ScriptedGateway, Person, Person) async throws -> Void
  ) async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address, suite: suite)
      let bob = try await Person.register("bob", at: gateway.address, suite: bobs ?? suite)
      try await alice.client.send("hello bob", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      try await bob.client.send("hello alice", to: "alice")
      try await bob.synchronize()
      try await alice.synchronize()
      try await body(server, gateway, alice, bob)
    }
  }

  private func states(_ person: Person, with name: String) async throws -> [Message.State] {
    try await person.client.history(with: name).map(\.state)
  }

  private func write(_ texts: String..., from sender: Person, to name: String) async throws {
    for text in texts { try await sender.client.send(text, to: name) }
    try await sender.synchronize()
  }

  @Test(
    "a device that has lost its sessions gets everything that was written meanwhile, in order and once",
    arguments: [SuiteID.classic, .hybrid], [SuiteID.classic, .hybrid])
  func lostSessions(_ suite: SuiteID, bobs: SuiteID) async throws {
    try await withConversation(suite: suite, bobs: bobs) { server, _, alice, bob in
      try await bob.loseSessions()
      try await write("one", "two", "three", from: alice, to: "bob")
      try await bob.synchronize()
      #expect(
        try await states(bob, with: "alice")
          == [.received, .accepted] + (1...3).map { _ in .unreadable(.noSession) })
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["hello bob", "hello alice", "one", "two", "three"])
      #expect(try await states(bob, with: "alice").allSatisfy { $0 == .received || $0 == .accepted })
      // Both go on in the new session, and nothing was told to Alice as a message.
      try await write("four", from: alice, to: "bob")
      try await write("five", from: bob, to: "alice")
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(
        try await alice.texts(with: "bob") == ["hello bob", "hello alice", "one", "two", "three", "four", "five"])
      #expect(try await bob.texts(with: "alice").suffix(2) == ["five", "four"])
      #expect(await server.waiting(bob.address).isEmpty)
      #expect(await server.waiting(alice.address).isEmpty)
    }
  }

  @Test("a message keeps its id and its time when it is read after all")
  func identity() async throws {
    try await withConversation { _, _, alice, bob in
      try await bob.loseSessions()
      try await write("one", from: alice, to: "bob")
      try await bob.synchronize()
      let unreadable = try #require(try await bob.client.history(with: "alice").last)
      try await alice.synchronize()
      try await bob.synchronize()
      let sent = try #require(try await alice.client.history(with: "bob").last)
      let read = try #require(try await bob.client.history(with: "alice").last)
      #expect(unreadable.messageID == sent.messageID && read.messageID == sent.messageID)
      #expect(read.sentAt == sent.sentAt && read.text == "one" && read.isUnread)
    }
  }

  @Test("the client goes on whatever time a server says it accepted at, and sends again what is not too old by it")
  func claimedAcceptance() async throws {
    for time in [UInt64.max, 0] {
      try await withConversation { server, _, alice, bob in
        await server.claim(acceptance: time)
        try await bob.loseSessions()
        try await write("one", from: alice, to: "bob")
        for person in [bob, alice, bob] { try await person.synchronize() }
        // As old as the epoch, it would have expired.
        #expect(try await bob.texts(with: "alice").contains("one") == (time == .max))
        try await write("two", from: alice, to: "bob")
        try await bob.synchronize()
        #expect(try await bob.texts(with: "alice").last == "two")
      }
    }
  }

  @Test("a profile that was put back from a copy reads and is read again")
  func oldCopy() async throws {
    try await withConversation { _, _, alice, bob in
      let copy = try bob.copied()
      for number in 1...3 {
        try await write("a\(number)", from: alice, to: "bob")
        try await bob.synchronize()
        try await write("b\(number)", from: bob, to: "alice")
        try await alice.synchronize()
      }
      try await bob.client.close()
      let restored = try await bob.reopened(copy, time: TestTime())
      try await write("to the copy", from: alice, to: "bob")
      try await restored.synchronize()
      try await write("from the copy", from: restored, to: "alice")
      for person in [alice, restored, alice, restored] { try await person.synchronize() }
      #expect(try await restored.texts(with: "alice").contains("to the copy"))
      #expect(try await alice.texts(with: "bob").contains("from the copy"))
      #expect(try await states(alice, with: "bob").allSatisfy { $0 == .received || $0 == .accepted })
    }
  }

  @Test("a message is sent again twice at most, and what then is unreadable stays so")
  func bound() async throws {
    try await withConversation { server, _, alice, bob in
      try await bob.loseSessions()
      try await write("one", from: alice, to: "bob")
      let before = await server.sends.filter { $0.recipient == bob.address.account }.count
      for _ in 1...5 {
        try await bob.synchronize()
        try await bob.loseSessions()
        try await alice.synchronize()
      }
      let resent = await server.sends.filter { $0.recipient == bob.address.account }.count - before
      #expect(resent == WireLimits.resends)
      #expect(try await states(bob, with: "alice").filter { $0 == .unreadable(.noSession) }.count == 3)
      #expect(try await alice.client.status().waiting == 0)
      #expect(try await bob.client.status().waiting == 0)
    }
  }

  @Test("the second time helps, too, and takes away every trace of the first")
  func second() async throws {
    try await withConversation { _, _, alice, bob in
      try await bob.loseSessions()
      try await write("one", from: alice, to: "bob")
      try await bob.synchronize()
      try await alice.synchronize()
      try await bob.loseSessions()
      try await bob.synchronize()
      #expect(try await states(bob, with: "alice").suffix(2) == [.unreadable(.noSession), .unreadable(.noSession)])
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["hello bob", "hello alice", "one"])
    }
  }

  @Test("nobody gets what was written to somebody else, what another device wrote, or what is older than 30 days")
  func refusals() async throws {
    try await withConversation { server, gateway, alice, bob in
      let carol = try await Person.register("carol", at: gateway.address)
      try await write("hello alice", from: carol, to: "alice")
      try await alice.synchronize()
      let secret = try #require(try await alice.client.history(with: "bob").first).messageID
      let own = try #require(try await alice.client.history(with: "carol").first).messageID
      func ask(_ person: Person, _ name: String, _ device: UInt32, _ ids: [MessageID], _ id: UInt64) async throws {
        let request = ResendRequest(device: try need(DeviceID(device)), messages: ids)
        let content = Content(
          message: .forged(id), sentAt: 5, kind: .resendRequest, isSilent: true, resend: request)
        try await server.deliver(person.seal(content.encoded(), to: "alice"), id, from: person, to: alice)
      }
      try await ask(carol, "alice", 1, [secret, own], 1)
      try await ask(bob, "alice", 2, [secret], 2)
      let before = await server.sends.count
      try await alice.synchronize()
      #expect(await server.sends.count == before)

      let late = TestTime()
      late.advance(milliseconds: 120 * 86_400_000)
      let old = try await alice.restarted(time: late)
      try await ask(bob, "alice", 1, [secret], 3)
      try await old.synchronize()
      #expect(await server.sends.count == before)
    }
  }

  @Test("of many devices only the one that asked shows anything new; a copy of one's own is asked for like the rest")
  func devices() async throws {
    try await withConversation { server, gateway, alice, bob in
      let tablet = try await bob.linkedDevice(server: server, at: gateway.address)
      let laptop = try await alice.linkedDevice(server: server, at: gateway.address)
      try await write("to all", from: alice, to: "bob")
      for person in [bob, tablet, laptop] { try await person.synchronize() }
      try await tablet.loseSessions()
      try await laptop.loseSessions()
      try await write("one", from: alice, to: "bob")
      for _ in 1...2 { for person in [bob, tablet, laptop, alice] { try await person.synchronize() } }
      for person in [bob, tablet, laptop] { try await person.synchronize() }
      #expect(try await bob.texts(with: "alice").filter { $0 == "one" }.count == 1)
      #expect(try await tablet.texts(with: "alice") == ["to all", "one"])
      #expect(try await laptop.texts(with: "bob") == ["to all", "one"])
      #expect(try await states(laptop, with: "bob") == [.accepted, .accepted])
      #expect(try await states(bob, with: "alice").allSatisfy { $0 == .received || $0 == .accepted })
    }
  }

  @Test("a request that gets no bundle holds nothing up")
  func noBundle() async throws {
    try await withConversation { server, _, alice, bob in
      await server.decide { kind, _ in
        kind == .fetchBundles ? .refused(Failure(.rateLimited, retryAfterMilliseconds: 600_000)) : .handled
      }
      // Bob's session is fine: the message is not.
      let message = try await alice.seal(Content(message: .forged(1), sentAt: 5, text: "one").encoded(), to: "bob")
      for id in [1, 2] as [UInt64] { try await server.deliver(message, id, from: alice, to: bob) }
      try await bob.synchronize()
      try await write("after", from: bob, to: "alice")
      try await alice.synchronize()
      #expect(try await alice.texts(with: "bob").last == "after")
      // Without a session there is no way at all, and no request.
      try await bob.loseSessions()
      try await write("two", from: alice, to: "bob")
      try await bob.synchronize()
      #expect(try await bob.client.status().waiting == 0)
    }
  }

  @Test("what cannot be read by the hundred is asked for in a few requests, and then not at all")
  func flood() async throws {
    try await withConversation { _, _, _, bob in
      let perRequest = WireLimits.resendRequestMessages
      let most = StoreTransaction.waitingRequests * perRequest
      try await bob.client.store.write { transaction in
        let alice = try need(try transaction.contact(named: "alice"))
        for number in 0..<most + 10 {
          let delivery = Deliver(
            sequence: 1_000 + UInt64(number), sender: try need(alice.record.account), senderDevice: .first,
            message: MessageID(Identifier128(high: 9, low: UInt64(number))), acceptedAt: 5, kind: .message,
            ciphertext: [], previous: 0)
          try transaction.ask(for: delivery, .notAuthentic, of: alice.id)
        }
        let requests = try transaction.waitingRequests(for: alice.id)
        #expect(requests.count == StoreTransaction.waitingRequests)
        let asked = requests.flatMap { row -> [MessageID] in
          if case .request(_, let request) = row.purpose { request.messages } else { [] }
        }
        #expect(asked.count == most && Set(asked).count == most)
      }
    }
  }
}
