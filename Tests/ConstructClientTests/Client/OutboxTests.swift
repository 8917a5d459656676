// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing
import Wire

@testable import ConstructCLI
@testable import ConstructClient

@Suite("The outbox", .timeLimit(.minutes(3)))
struct OutboxTests {
  @Test("a visit that ends when it has caught up has sent what waited, copies for one's other devices too")
  func caughtUp() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      let laptop = try await alice.linkedDevice(server: server, at: gateway.address)
      for number in 1...20 { try await alice.client.send("\(number)", to: "bob") }
      let events = alice.client.events
      try await alice.client.whileConnected {
        for await case .caughtUp in events { break }
      }
      #expect(try await alice.client.status().waiting == 0)
      try await bob.synchronize()
      try await laptop.synchronize()
      let texts = (1...20).map(String.init)
      #expect(try await bob.texts(with: "alice") == texts)
      #expect(try await laptop.texts(with: "bob") == texts)
    }
  }

  @Test("a message that has to wait for its recipient does not make a visit longer, and the status counts it")
  func delayed() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      let carol = try await Person.register("carol", at: gateway.address)
      await server.takeKeys(of: bob.address)
      for text in ["one", "two"] { try await alice.client.send(text, to: "bob") }
      try await alice.client.send("hello", to: "carol")
      let events = alice.client.events
      try await alice.client.whileConnected {
        for await case .caughtUp in events { break }
      }
      #expect(try await alice.client.status().waiting == 2)
      try await carol.synchronize()
      #expect(try await carol.texts(with: "alice") == ["hello"])
      #expect(StatusCommand.outbox(0) == "empty" && StatusCommand.outbox(2) == "2 messages wait to be sent")
    }
  }

  @Test("more lines than the outbox takes are sent as there is room: all of them, in order, each reported")
  func backPressure() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      var options = try Person.options()
      options.outboxCapacity = 3
      let alice = try await Person.register("alice", at: gateway.address, options: options)
      let bob = try await Person.register("bob", at: gateway.address)
      let lines = (1...50).map { "line \($0)" }
      let reported = Mutex<[String]>([])
      let tracker = SendTracker(client: alice.client, recipient: "bob") { message in
        reported.withLock { $0.append(message.state == .accepted ? message.text ?? "" : "\(message.state)") }
      }
      for line in lines.prefix(3) { try await tracker.add(line) }
      let full = await #expect(throws: ClientError.self) { try await tracker.add("one too many") }
      #expect(full?.code == .tooBusy)
      try await alice.client.whileConnected {
        async let watching: Void = tracker.watch()
        for line in lines.dropFirst(3) { try await tracker.addWhenThereIsRoom(line) }
        _ = try await tracker.inputEnded()
        try await watching
      }
      #expect(reported.withLock { $0 } == lines)
      #expect(await tracker.taken == 50)
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == lines)
    }
  }

  @Test("lines before one that cannot be taken are sent, and the failure is remembered")
  func badInput() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      let lines = InputLines {
        var rest: [Result<String, CommandFailure>] = [
          .success("good"), .success(""), .failure(CommandFailure(.dataRefused, "bad")), .success("after it"),
        ]
        return { rest.isEmpty ? nil : rest.removeFirst() }
      }
      let tracker = SendTracker(client: alice.client, recipient: "bob") { _ in }
      await tracker.addAll(of: lines)
      _ = try await tracker.inputEnded()
      #expect((await tracker.inputFailure as? CommandFailure)?.status == .dataRefused)
      try await alice.client.whileConnected { try await tracker.watch() }
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["good"])
    }
  }

  @Test("waiting for room ends when it is cancelled")
  func cancelled() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      var options = try Person.options()
      options.outboxCapacity = 0
      let alice = try await Person.register("alice", at: gateway.address, options: options)
      let waiting = Task { try await alice.client.waitForRoom() }
      waiting.cancel()
      let error = await #expect(throws: ClientError.self) { try await waiting.value }
      #expect(error?.code == .cancelled)
    }
  }
}
