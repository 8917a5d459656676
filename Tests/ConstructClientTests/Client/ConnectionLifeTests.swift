// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import ConstructClient

@Suite("A client's life with its server", .timeLimit(.minutes(3)))
struct ConnectionLifeTests {
  @Test("a connection that breaks is made again, and the conversation goes on")
  func reconnecting() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let bob = try await Person.register("bob", at: gateway.address)
      let events = alice.client.events
      try await alice.client.whileConnected {
        var connections = 0
        for await event in events {
          guard case .caughtUp = event else { continue }
          connections += 1
          if connections == 3 { break }
          try await server.side(alice.address)?.drop()
        }
        try await alice.client.send("still there", to: "bob")
        for await case .accepted in events { break }
      }
      try await bob.synchronize()
      #expect(try await bob.texts(with: "alice") == ["still there"])
    }
  }

  @Test("the next server of the list takes over from one that is not there")
  func severalServers() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: "ws://127.0.0.1:1", gateway.address)
      let events = alice.client.events
      try await alice.client.whileConnected {
        for await case .connected(let endpoint) in events {
          #expect(endpoint.port == gateway.port)
          break
        }
      }
    }
  }

  @Test("a server that drains sends its clients to the next one, and nothing is lost or doubled")
  func draining() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { first in
      try await ScriptedGateway.run(script: server.script) { second in
        let alice = try await Person.register("alice", at: first.address, second.address)
        let bob = try await Person.register("bob", at: second.address)
        let events = alice.client.events
        try await alice.client.whileConnected {
          for await case .connected(let endpoint) in events {
            #expect(endpoint.port == first.port)
            break
          }
          for number in 1...20 { try await alice.client.send("\(number)", to: "bob") }
          try await server.side(alice.address)?.send(Draining(reconnectAfterMilliseconds: 50))
          for await case .connected(let endpoint) in events {
            #expect(endpoint.port == second.port)
            break
          }
          try await alice.sendEverything()
        }
        try await bob.synchronize()
        #expect(try await bob.texts(with: "alice") == (1...20).map(String.init))
      }
    }
  }

  @Test("a device that connects elsewhere replaces this one, which comes back once and then does not fight")
  func replaced() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let events = alice.client.events
      let error = await #expect(throws: ClientError.self) {
        try await alice.client.whileConnected {
          for _ in 1...2 {
            for await case .caughtUp in events { break }
            try await server.side(alice.address)?.send(Failure(.replaced))
            await server.side(alice.address)?.wait()
          }
          for await _ in events {}
        }
      }
      #expect(error?.code == .replaced)
    }
  }

  @Test("a server of another domain is left alone")
  func otherDomain() async throws {
    let server = FakeServer()
    let impostor = FakeServer(domain: "impostor.test")
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      try await ScriptedGateway.run(script: impostor.script) { elsewhere in
        try await alice.client.setServers([GatewayEndpoint(elsewhere.address)])
        let error = await #expect(throws: ClientError.self) { try await alice.synchronize() }
        #expect(error?.code == .wrongServer)
        #expect(await impostor.kinds.isEmpty)
      }
    }
  }

  @Test("the access token is used while it lasts, then the refresh token, then the device's key")
  func tokens() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      await server.decide { _, _ in .handled }
      try await alice.synchronize()
      #expect(await server.kinds.first == .authenticate)

      await server.advance(milliseconds: 900_000)
      await server.decide { _, _ in .handled }
      try await alice.synchronize()
      #expect(await Array(server.kinds.prefix(2)) == [.refreshTokens, .authenticate])

      await server.revokeEverything()
      await server.decide { _, _ in .handled }
      try await alice.synchronize()
      #expect(await Array(server.kinds.prefix(4)) == [.authenticate, .requestLogin, .login, .authenticate])

      await server.advance(milliseconds: 900_000)
      await server.revokeEverything()
      await server.decide { _, _ in .handled }
      try await alice.synchronize()
      #expect(await Array(server.kinds.prefix(4)) == [.refreshTokens, .requestLogin, .login, .authenticate])
    }
  }

  @Test("a token is renewed before it ends, on the connection that stands")
  func renewal() async throws {
    let server = FakeServer()
    await server.setTokenLifetime(120_000)
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let events = alice.client.events
      await server.decide { _, _ in .handled }
      try await alice.client.whileConnected {
        for await case .caughtUp in events { break }
        await server.wait { kinds in kinds.count { $0 == .authenticate } == 2 }
      }
      let kinds = await server.kinds.filter { $0 == .authenticate || $0 == .refreshTokens }
      #expect(Array(kinds.prefix(3)) == [.authenticate, .refreshTokens, .authenticate])
    }
  }

  @Test("a device that was removed is told, and stops")
  func removed() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      await server.revokeEverything()
      await server.decide { kind, _ in kind == .requestLogin ? .refused(Failure(.deviceUnknown)) : .handled }
      let error = await #expect(throws: ClientError.self) { try await alice.synchronize() }
      #expect(error?.code == .deviceRemoved)
    }
  }

  @Test("a client does not run twice, nor without an account")
  func runningTwice() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      let events = alice.client.events
      let error = await #expect(throws: ClientError.self) {
        try await alice.client.whileConnected {
          for await case .connecting in events { break }
          try await alice.client.run()
        }
      }
      #expect(error?.code == .alreadyRunning)
      let folder = try TemporaryFolder()
      let nobody = try await ConstructClient.create(
        ProfileDirectory(path: folder.path + "/p"), key: Person.key, options: Person.options())
      let none = await #expect(throws: ClientError.self) { try await nobody.run() }
      #expect(none?.code == .notRegistered)
    }
  }
}

extension FakeServer {
  func revokeEverything() {
    tokens = [:]
    refreshTokens = [:]
  }

  func setTokenLifetime(_ milliseconds: UInt64) { tokenLifetime = milliseconds }
}
