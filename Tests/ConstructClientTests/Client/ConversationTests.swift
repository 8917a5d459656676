// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import ConstructClient

@Suite("Conversations", .timeLimit(.minutes(3)))
struct ConversationTests {
  @Test("two people exchange messages in both directions, in order")
  func bothWays() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      for text in ["one", "two", "three"] { try await alice.client.send(text, to: "bob") }
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["one", "two", "three"])
      #expect(try await alice.client.history(with: "bob").allSatisfy { $0.state == .accepted })
      #expect(try await bob.client.unread().map(\.state) == [.received, .received, .received])

      for text in ["four", "five"] { try await bob.client.send(text, to: "alice") }
      try await bob.synchronize()
      try await alice.synchronize()
      #expect(try await alice.texts(with: "bob") == ["one", "two", "three", "four", "five"])
      #expect(await server.waiting(bob.address).isEmpty)
      #expect(await server.waiting(alice.address).isEmpty)
    }
  }

  @Test("people who are connected at once see messages as they come")
  func live() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      let atBob = bob.client.events
      let atAlice = alice.client.events
      try await alice.client.whileConnected {
        try await bob.client.whileConnected {
          try await alice.client.send("ping", to: "bob")
          for await case .received(let message) in atBob {
            #expect(message.text == "ping" && message.contact == "alice")
            break
          }
          try await bob.client.send("pong", to: "alice")
          for await case .received(let message) in atAlice {
            #expect(message.text == "pong" && message.contact == "bob")
            break
          }
        }
      }
    }
  }

  @Test("what was typed offline is sent once, in order, by the process that comes next")
  func offline() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let bob = try await Person.register("bob", at: gateway.address)
      var alice = try await Person.register("alice", at: gateway.address)
      try await alice.client.send("first", to: "bob")
      try await alice.client.send("second", to: "Bob")
      alice = try await alice.restarted()
      #expect(try await alice.client.status().waiting == 2)
      try await alice.synchronize()
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["first", "second"])
      #expect(await server.sends.count == 2)
    }
  }

  @Test("an answer that is lost leads to the same frame again, and the message arrives once")
  func lostAnswer() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let bob = try await Person.register("bob", at: gateway.address)
      let alice = try await Person.register("alice", at: gateway.address)
      await server.decide { kind, before in
        kind == .send && before.count { $0 == .send } == 1 ? .answerLost : .handled
      }
      try await alice.client.send("once", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      let sends = await server.sends
      #expect(sends.count == 2 && sends[0] == sends[1])
      #expect(try await bob.texts(with: "alice") == ["once"])
    }
  }

  @Test("a refusal that passes delays a message, its successors wait behind it, and nothing is lost")
  func refusal() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let bob = try await Person.register("bob", at: gateway.address)
      let alice = try await Person.register("alice", at: gateway.address)
      await server.decide { kind, before in
        kind == .send && before.count { $0 == .send } <= 3
          ? .refused(Failure(.rateLimited, retryAfterMilliseconds: 400)) : .handled
      }
      let events = alice.client.events
      for number in 1...5 { try await alice.client.send("\(number)", to: "bob") }
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["1", "2", "3", "4", "5"])
      var delays = 0
      for await event in events {
        if case .delayed(_, let error) = event {
          #expect(error.failure == .rateLimited)
          delays += 1
        }
        if delays == 3 { break }
      }
    }
  }

  @Test("a message to nobody fails with a clear reason, and the next one to somebody does not wait for it")
  func nobody() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let bob = try await Person.register("bob", at: gateway.address)
      let alice = try await Person.register("alice", at: gateway.address)
      let lost = try await alice.client.send("hello?", to: "nobody-there")
      try await alice.client.send("hello!", to: "bob")
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await alice.client.contacts().map(\.name) == ["bob"])
      #expect(try await alice.client.message(lost.id).state == .failed(.recipientUnknown))
      #expect(try await bob.texts(with: "alice") == ["hello!"])
    }
  }

  @Test("a recipient without prekeys is waited for")
  func withoutKeys() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let bob = try await Person.register("bob", at: gateway.address)
      let alice = try await Person.register("alice", at: gateway.address)
      await server.takeKeys(of: bob.address)
      let message = try await alice.client.send("early", to: "bob")
      let events = alice.client.events
      try await alice.client.whileConnected {
        for await case .delayed(let delayed, let error) in events {
          #expect(delayed.id == message.id && error.code == .keysUnavailable)
          break
        }
        try await bob.synchronize()
        for await case .accepted in events { break }
      }
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["early"])
    }
  }

  @Test("unacceptable input is refused before anything is stored")
  func input() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      for (text, name, code) in [
        ("", "bob", ClientError.Code.textEmpty), (" \n\t", "bob", .textEmpty),
        (String(repeating: "x", count: 32_769), "bob", .textTooLong),
        ("hi", "b", .usernameLength), ("hi", "böb", .usernameCharacter), ("hi", "admin", .usernameReserved),
        ("hi", "bob~12345678", .contactUnknown), ("hi", "bob@elsewhere.example", .otherServer),
        ("hi", "b@", .otherServer),
      ] {
        let error = await #expect(throws: ClientError.self) { try await alice.client.send(text, to: name) }
        #expect(error?.code == code)
      }
      #expect(try await alice.client.contacts().isEmpty)
      #expect(try await alice.client.status().waiting == 0)
    }
  }

  @Test("a name may bear this server's domain")
  func domain() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let bob = try await Person.register("bob", at: gateway.address)
      let alice = try await Person.register("alice", at: gateway.address)
      try await alice.client.send("hello", to: "bob@\(server.domain.uppercased())")
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["hello"])
    }
  }

  @Test("the longest text fits, and a note to oneself needs no server")
  func extremes() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let bob = try await Person.register("bob", at: gateway.address)
      let alice = try await Person.register("alice", at: gateway.address)
      let long = String(repeating: "ü", count: 16_384)
      try await alice.client.send(long, to: "bob")
      let note = try await alice.client.send("milk", to: "alice")
      try await alice.synchronize()
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == [long])
      #expect(try await alice.client.message(note.id).state == .accepted)
      #expect(await server.sends.count == 1)
    }
  }
}

extension FakeServer {
  func takeKeys(of address: Address) { keys[address] = nil }
}
