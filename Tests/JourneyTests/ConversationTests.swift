// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Redis
import TestSupport
import Testing

/// Messages walk the whole way: SDK, WebSocket, gateway, Redis, delivery, PostgreSQL, and back out.
@Suite("A conversation", .timeLimit(.minutes(3)))
struct ConversationTests {
  @Test("two people on different gateways write to each other in order, while one goes away and returns")
  func twoGateways() async throws {
    try await Construct.with { construct in
      let alice = try await Person("alice", servers: [construct.gateways[0]])
      let bob = try await Person("bob", servers: [construct.gateways[1]])
      try await alice.client.whileConnected {
        try await bob.client.whileConnected {
          for number in 1...40 {
            try await alice.client.send("alice \(number)", to: "bob")
            try await bob.client.send("bob \(number)", to: "alice")
          }
          try await alice.awaitReceived(40)
          try await bob.awaitReceived(40)
        }
        // Bob is away now.
        for number in 41...80 { try await alice.client.send("alice \(number)", to: "bob") }
        try await alice.awaitAccepted(80)
        try await bob.client.whileConnected {
          try await bob.awaitReceived(80)
          try await bob.client.send("I am back", to: "alice")
          try await alice.awaitReceived(41)
        }
      }
      #expect(try await bob.texts(from: "alice") == (1...80).map { "alice \($0)" })
      #expect(try await alice.texts(from: "bob") == (1...40).map { "bob \($0)" } + ["I am back"])
      try await alice.discard()
      try await bob.discard()
    }
  }

  @Test("what was typed offline is sent on reconnecting, once, even if the app was ended in between")
  func typedOffline() async throws {
    try await Construct.with(gateways: 1, workers: 1) { construct in
      let typist = try await Person("alice", servers: construct.gateways)
      let bob = try await Person("bob", servers: construct.gateways)
      for number in 1...5 { try await typist.client.send("offline \(number)", to: "bob") }
      let alice = try await typist.restarted()
      #expect(try await alice.client.status().waiting == 5)
      try await bob.client.whileConnected {
        try await alice.client.whileConnected { try await alice.awaitAccepted(5) }
        try await alice.client.send("and one more", to: "bob")
        try await alice.client.whileConnected { try await alice.awaitAccepted(6) }
        try await bob.awaitReceived(6)
      }
      #expect(try await alice.client.status().waiting == 0)
      #expect(try await bob.texts(from: "alice") == (1...5).map { "offline \($0)" } + ["and one more"])
      try await alice.discard()
      try await bob.discard()
    }
  }

  @Test("both see the same safety number, and confirming it by its QR code marks the other as verified")
  func safetyNumber() async throws {
    try await Construct.with(gateways: 1, workers: 1) { construct in
      let alice = try await Person("alice", servers: construct.gateways)
      let bob = try await Person("bob", servers: construct.gateways)
      try await alice.client.whileConnected {
        try await bob.client.whileConnected {
          _ = try await alice.client.find("bob")
          _ = try await bob.client.find("alice")
        }
      }
      let seenByAlice = try await alice.client.safetyNumber(with: "bob")
      let seenByBob = try await bob.client.safetyNumber(with: "alice")
      #expect(seenByAlice.groups == seenByBob.groups)
      #expect(seenByAlice.groups.count == 12)
      #expect(try await bob.client.compare(scanned: seenByAlice.qrPayload, with: "alice") == .verified)
      #expect(try await bob.client.safetyNumber(with: "alice").isVerified)
      var forged = seenByBob.qrPayload
      forged[forged.count - 1] ^= 1
      #expect(try await alice.client.compare(scanned: forged, with: "bob") == .different)
      try await alice.discard()
      try await bob.discard()
    }
  }

  @Test(
    "a gateway and a delivery worker are replaced in the middle of a conversation, and nothing is lost, doubled or misordered"
  )
  func replacedServices() async throws {
    let settings = ["delivery.pair.burst": "1000"]
    try await Construct.with(gateways: 1, workers: 0, settings: settings) { construct in
      let (addresses, told) = AsyncStream<String>.makeStream()
      let (gatewayEnd, endGateway) = AsyncStream<Void>.makeStream()
      let (workerEnd, endWorker) = AsyncStream<Void>.makeStream()
      async let gatewayLife: Void = construct.withGateway { address in
        told.yield(address)
        for await _ in gatewayEnd {}
      }
      async let workerLife: Void = construct.withWorker { for await _ in workerEnd {} }
      var iterator = addresses.makeAsyncIterator()
      let second = try #require(await iterator.next())
      let alice = try await Person("alice", servers: [second, construct.gateways[0]])
      let bob = try await Person("bob", servers: [second, construct.gateways[0]])
      @Sendable func write(_ numbers: ClosedRange<Int>) async throws {
        for number in numbers { try await alice.client.send("message \(number)", to: "bob") }
      }
      /// Ends a service while messages are under way: taken by the gateway, read by the worker, and waiting for PostgreSQL.
      @Sendable func end(_ service: AsyncStream<Void>.Continuation, while numbers: ClosedRange<Int>) async throws {
        try await construct.stack.holding("LOCK TABLE accepted_messages IN ACCESS EXCLUSIVE MODE") {
          try await write(numbers)
          while try await construct.stack.lockWaiters() == 0 { await Task.yield() }
          service.finish()
        }
      }
      try await alice.client.whileConnected {
        try await bob.client.whileConnected {
          try await write(1...100)
          try await bob.awaitReceived(100)
          try await end(endWorker, while: 101...150)
          try await construct.withWorker {
            try await bob.awaitReceived(150)
            try await end(endGateway, while: 151...200)
            try await write(201...300)
            try await bob.awaitReceived(300)
            try await alice.awaitAccepted(300)
          }
        }
      }
      _ = try await (gatewayLife, workerLife)
      #expect(try await bob.texts(from: "alice") == (1...300).map { "message \($0)" })
      try await alice.discard()
      try await bob.discard()
    }
  }

  @Test("a profile that was put back from an old copy reads what it could not, and is read again")
  func oldCopy() async throws {
    try await Construct.with(gateways: 2, workers: 1) { construct in
      let alice = try await Person("alice", servers: [construct.gateways[0]])
      let old = try await Person("bob", servers: [construct.gateways[1]])
      try await alice.client.send("hello", to: "bob")
      try await alice.client.whileConnected {
        try await old.client.whileConnected { try await old.awaitReceived(1) }
        let copy = try await old.copied()
        try await old.client.whileConnected {
          for number in 1...5 {
            try await old.client.send("forgotten \(number)", to: "alice")
            try await alice.client.send("remembered \(number)", to: "bob")
          }
          try await old.awaitReceived(6)
          try await alice.awaitReceived(5)
        }
        try await old.client.close()
        let bob = try await copy.opened()
        try await alice.client.send("to the copy", to: "bob")
        try await bob.client.send("from the copy", to: "alice")
        try await bob.client.whileConnected {
          try await bob.await { try await $0.texts(from: "alice").last == "to the copy" }
          try await alice.await { try await $0.texts(from: "bob").last == "from the copy" }
        }
        #expect(try await alice.texts(from: "bob") == (1...5).map { "forgotten \($0)" } + ["from the copy"])
        try await bob.discard()
      }
      try await alice.discard()
      try await old.removeFolder()
    }
  }

  @Test("a device that is away is woken by the push relay, and one that is there is not")
  func wakeUp() async throws {
    try await Construct.with(gateways: 1, workers: 1) { construct in
      let alice = try await Person("alice", servers: construct.gateways)
      let bob = try await Person("bob", servers: construct.gateways)
      try await alice.client.whileConnected {
        try await bob.client.whileConnected {
          try await alice.client.send("you are here", to: "bob")
          try await bob.awaitReceived(1)
        }
        #expect(try await construct.stack.redis.send(RedisCommand("ZCARD", "construct:push:windows")).integerValue == 0)
        try await alice.client.send("you are away", to: "bob")
        try await alice.awaitAccepted(2)
        // The relay opens a window for each device that it wakes; nobody waits for it, so it is looked at until it is there.
        while try await construct.stack.redis.send(RedisCommand("ZCARD", "construct:push:windows")).integerValue == 0 {
          await Task.yield()
        }
      }
      try await alice.discard()
      try await bob.discard()
    }
  }

  @Test("who sends faster than is allowed is slowed down, and everything arrives once and in order")
  func tooFast() async throws {
    let settings = [
      "delivery.pair.burst": "4", "delivery.pair.minutely": "240", "gateway.device.burst": "6",
      "gateway.device.minutely": "600",
    ]
    try await Construct.with(gateways: 2, workers: 1, settings: settings) { construct in
      let alice = try await Person("alice", servers: [construct.gateways[0]])
      let bob = try await Person("bob", servers: [construct.gateways[1]])
      let carol = try await Person("carol", servers: [construct.gateways[0]])
      for number in 1...12 { try await alice.client.send("message \(number)", to: "bob") }
      try await alice.client.whileConnected {
        try await bob.client.whileConnected {
          try await bob.awaitReceived(5)
          try await carol.client.whileConnected {
            for number in 1...3 { try await carol.client.send("undisturbed \(number)", to: "bob") }
            try await carol.awaitAccepted(3)
          }
          try await alice.awaitAccepted(12)
          try await bob.awaitReceived(15)
        }
      }
      #expect(try await bob.texts(from: "alice") == (1...12).map { "message \($0)" })
      #expect(try await bob.texts(from: "carol") == (1...3).map { "undisturbed \($0)" })
      #expect(await alice.failed.isEmpty)
      for person in [alice, bob, carol] { try await person.discard() }
    }
  }

  @Test("a message to nobody fails with the reason, and those after it still go")
  func unknownRecipient() async throws {
    try await Construct.with(gateways: 1, workers: 1) { construct in
      let alice = try await Person("alice", servers: construct.gateways)
      let bob = try await Person("bob", servers: construct.gateways)
      try await alice.client.whileConnected {
        try await alice.client.send("is anybody there?", to: "nobody-here")
        try await alice.client.send("hello", to: "bob")
        try await alice.awaitFailed(1)
        try await alice.awaitAccepted(1)
      }
      #expect(await alice.failed.map(\.state) == [.failed(.recipientUnknown)])
      try await alice.discard()
      try await bob.discard()
    }
  }

  @Test("a name that is taken, or that looks like one, cannot be registered")
  func takenNames() async throws {
    try await Construct.with(gateways: 1, workers: 1) { construct in
      let alice = try await Person("alice", servers: construct.gateways)
      for name in ["alice", "Alice", "a1ice", "al.ice"] {
        await #expect(throws: ClientError.self, "\(name)") {
          _ = try await Person(name, servers: construct.gateways)
        }
      }
      try await alice.discard()
    }
  }
}
