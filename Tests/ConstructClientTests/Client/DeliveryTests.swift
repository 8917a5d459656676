// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Testing
import Wire

@testable import ConstructClient

@Suite("Deliveries", .timeLimit(.minutes(3)))
struct DeliveryTests {
  @Test("a message that is delivered again is acknowledged again, and stands once")
  func repetition() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      try await alice.client.send("once", to: "bob")
      try await alice.synchronize()
      // As if the acknowledgement had been lost.
      let delivery = try #require(await server.waiting(bob.address).first)
      try await bob.synchronize()
      await server.putBack([delivery], for: bob.address)
      try await bob.synchronize()
      #expect(await server.waiting(bob.address).isEmpty)
      #expect(try await bob.texts(with: "alice") == ["once"])
      // The same message under another sequence number, as a server that had lost its memory of it would number it.
      var again = delivery
      again.sequence = 2
      await server.putBack([again], for: bob.address)
      try await bob.synchronize()
      #expect(await server.waiting(bob.address).isEmpty)
      #expect(try await bob.texts(with: "alice") == ["once"])
    }
  }

  @Test("a server that counts from a copy again loses nothing by it")
  func numbersGoBack() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      for number in 1...3 { try await alice.client.send("\(number)", to: "bob") }
      try await alice.synchronize()
      try await bob.synchronize()
      // The mailbox is as it was before the first message: the next one is number 1 again.
      await server.forgetNumbers(of: bob.address)
      try await alice.client.send("after the restoration", to: "bob")
      try await alice.synchronize()
      #expect(await server.waiting(bob.address).map(\.sequence) == [1])
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["1", "2", "3", "after the restoration"])
      #expect(await server.waiting(bob.address).isEmpty)
    }
  }

  @Test("what was not acknowledged comes again over the next connection, and stands once")
  func resumption() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      for number in 1...3 { try await alice.client.send("\(number)", to: "bob") }
      try await alice.synchronize()
      await server.decide { kind, _ in kind == .acknowledge ? .lost : .handled }
      try await bob.synchronize()
      #expect(await server.waiting(bob.address).count == 3)
      await server.decide { _, _ in .handled }
      try await bob.synchronize()
      #expect(await server.waiting(bob.address).isEmpty)
      #expect(try await bob.texts(with: "alice") == ["1", "2", "3"])
    }
  }

  @Test("what cannot be read is kept visible with its reason, and blocks nobody")
  func unreadable() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      try await alice.client.send("before", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      let forged: [(CiphertextKind, [UInt8], UnreadableReason)] = [
        (.message, [], .malformed), (.message, [9, 9, 9, 9], .unsupported),
        (.message, [1, 2, 1] + [UInt8](repeating: 7, count: 200), .noSession),
        (
          .preKeyMessage,
          [1, 1, 1] + [UInt8](repeating: 7, count: 68) + [0, 0, 0, 0, 0] + [UInt8](repeating: 7, count: 200),
          .identityMismatch
        ),
        (.message, [1, 2, 7] + [UInt8](repeating: 7, count: 200), .unsupported),
      ]
      for (index, (kind, bytes, _)) in forged.enumerated() {
        try await server.put(
          bob.address, sender: alice.address, message: MessageID(Identifier128(high: 1, low: UInt64(index))),
          acceptedAt: 5, kind: kind, ciphertext: bytes[...])
      }
      try await alice.client.send("after", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      let history = try await bob.client.history(with: "alice")
      #expect(
        history.map(\.state) == [.received] + forged.map { .unreadable($0.2) } + [.received])
      #expect(history.first?.text == "before" && history.last?.text == "after")
      #expect(await server.waiting(bob.address).isEmpty)
    }
  }

  @Test("a sender whom the server cannot name is shown as unknown; others are read meanwhile")
  func unknownSender() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      let ghost = AccountID(Identifier128(high: 0xAB, low: 0xCD))
      try await server.put(
        bob.address, sender: .init(account: ghost, device: .first), message: MessageID(Identifier128(high: 2, low: 2)),
        acceptedAt: 5, kind: .preKeyMessage, ciphertext: [1, 1, 1])
      try await alice.client.send("hello", to: "bob")
      try await alice.synchronize()
      await server.decide { kind, before in
        kind == .findAccount && before.count { $0 == .findAccount } <= 2 ? .refused(Failure(.unavailable)) : .handled
      }
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["hello"])
      let unknown = try #require(try await bob.client.contacts().first { $0.account == ghost })
      #expect(unknown.name == "~\(ghost.raw.uuidString)")
      #expect(try await bob.client.history(with: unknown.name).map(\.state) == [.unreadable(.senderUnknown)])
    }
  }

  @Test("behind a delivery that is missing nothing is taken; over a new connection all of it comes in order")
  func missing() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      for number in 1...3 { try await alice.client.send("\(number)", to: "bob") }
      try await alice.synchronize()
      // The second frame is lost on its way, once.
      await server.lose([2], of: bob.address)
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["1", "2", "3"])
      #expect(await server.waiting(bob.address).isEmpty)
      #expect(await server.attachments == 2)
    }
  }

  @Test("a batch of five hundred is read in order, and acknowledged whole")
  func backlog() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      let texts = (1...500).map { "message \($0)" }
      for text in texts { try await alice.client.send(text, to: "bob") }
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.client.history(with: "alice", limit: 1_000).map(\.text) == texts)
      #expect(await server.waiting(bob.address).isEmpty)
    }
  }

  @Test("a used one-time prekey is gone, and a stock that runs low is filled up")
  func preKeys() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      #expect(await server.keyStatus(bob.address, .classic).oneTimePreKeys == 100)
      let used = try #require(await server.firstOneTimePreKey(of: bob.address))
      try await alice.client.send("hello", to: "bob")
      try await alice.synchronize()
      #expect(try await bob.client.store.read { try $0.preKey(.oneTime, .classic, id: used) } != nil)
      try await bob.synchronize()
      #expect(try await bob.client.store.read { try $0.preKey(.oneTime, .classic, id: used) } == nil)
      #expect(await server.keyStatus(bob.address, .classic).oneTimePreKeys == 99)
      await server.keepOneTimePreKeys(19, of: bob.address)
      try await bob.synchronize()
      #expect(await server.keyStatus(bob.address, .classic).oneTimePreKeys == 100)
    }
  }

  @Test("the last-resort prekey opens a session when one-time prekeys have run out")
  func lastResort() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      await server.keepOneTimePreKeys(0, of: bob.address)
      try await alice.client.send("still here", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["still here"])
    }
  }
}

extension FakeServer {
  func putBack(_ deliveries: [Deliver], for address: Address) {
    var mailbox = mailboxes[address] ?? Mailbox()
    mailbox.waiting = deliveries
    mailbox.lastSequence = max(mailbox.lastSequence, deliveries.map(\.sequence).max() ?? 0)
    mailboxes[address] = mailbox
  }

  func forgetNumbers(of address: Address) { mailboxes[address] = nil }

  func firstOneTimePreKey(of address: Address) -> UInt32? { keys[address]?[.classic]?.oneTime.first?.id }

  func keepOneTimePreKeys(_ count: Int, of address: Address, _ suite: SuiteID = .classic) {
    guard let stock = keys[address]?[suite]?.oneTime else { return }
    keys[address]?[suite]?.oneTime = Array(stock.prefix(count))
  }
}
