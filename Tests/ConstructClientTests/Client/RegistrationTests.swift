// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing
import Wire

@testable import ConstructClient

@Suite("Registration", .timeLimit(.minutes(3)))
struct RegistrationTests {
  @Test("an account is registered with its keys, and its prekeys are uploaded")
  func registering() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("Alice", at: gateway.address)
      let status = try await alice.client.status()
      #expect(status.identity?.username == "alice" && status.identity?.domain == "construct.test")
      #expect(status.servers.map(\.port) == [gateway.port])
      let keys = await server.keyStatus(alice.address, .classic)
      #expect(keys.oneTimePreKeys == 100 && keys.signedPreKeyID != nil && keys.lastResortPreKeyID != nil)
      let again = await #expect(throws: ClientError.self) { try await alice.client.register(username: "alice2") }
      #expect(again?.code == .registered)
    }
  }

  @Test("a lost answer costs nothing: the same call finishes the same registration")
  func lostAnswer() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      let folder = try TemporaryFolder()
      let client = try await ConstructClient.create(
        ProfileDirectory(path: folder.path + "/p"), key: Person.key, options: Person.options())
      try await client.setServers([GatewayEndpoint(gateway.address)])
      await server.decide { kind, before in
        kind == .register && before.count { $0 == .register } == 1 ? .answerLost : .handled
      }
      let error = await #expect(throws: ClientError.self) { try await client.register(username: "alice") }
      #expect(error?.code == .connectionLost)
      #expect(try await client.status().identity == nil)
      let identity = try await client.register(username: "alice")
      #expect(await server.accounts.keys.elementsEqual([identity.account]))
    }
  }

  @Test("a profile moves to other gateways of its server, and to no other server's")
  func moving() async throws {
    let server = FakeServer()
    let other = FakeServer(domain: "elsewhere.example")
    try await ScriptedGateway.run(script: server.script) { gateway in
      try await ScriptedGateway.run(script: server.script) { second in
        try await ScriptedGateway.run(script: other.script) { stranger in
          let alice = try await Person.register("alice", at: gateway.address)
          let before = try await alice.client.status().servers
          let wrong = [try GatewayEndpoint(second.address), try GatewayEndpoint(stranger.address)]
          let refused = await #expect(throws: ClientError.self) { try await alice.client.moveServers(wrong) }
          #expect(refused?.code == .wrongServer)
          #expect(try await alice.client.status().servers == before)
          try await alice.client.moveServers([GatewayEndpoint(second.address)])
          #expect(try await alice.client.status().servers.map(\.description) == [second.address])
          try await alice.synchronize()
        }
      }
    }
  }

  @Test("a name that is taken is refused, and the profile may try another")
  func takenName() async throws {
    let server = FakeServer()
    try await ScriptedGateway.run(script: server.script) { gateway in
      _ = try await Person.register("alice", at: gateway.address)
      let folder = try TemporaryFolder()
      let client = try await ConstructClient.create(
        ProfileDirectory(path: folder.path + "/p"), key: Person.key, options: Person.options())
      try await client.setServers([GatewayEndpoint(gateway.address)])
      for (name, code) in [
        ("alice", ClientError.Code.usernameTaken), ("al", .usernameLength), ("admin", .usernameReserved),
        ("alicé", .usernameCharacter),
      ] {
        let error = await #expect(throws: ClientError.self) { try await client.register(username: name) }
        #expect(error?.code == code)
      }
      #expect(try await client.register(username: "alice2").username == "alice2")
    }
  }

  @Test("a challenge that expired meanwhile is asked for anew")
  func expiredChallenge() async throws {
    let server = FakeServer()
    await server.decide { kind, before in
      kind == .register && before.count { $0 == .register } == 1 ? .refused(Failure(.challengeExpired)) : .handled
    }
    try await ScriptedGateway.run(script: server.script) { gateway in
      let alice = try await Person.register("alice", at: gateway.address)
      #expect(try await alice.client.status().identity != nil)
    }
  }

  @Test("an unreasonable amount of work is not begun")
  func tooHard() async throws {
    let error = await #expect(throws: ClientError.self) {
      try await ProofOfWork.solve(challenge: [1, 2, 3], difficulty: 29)
    }
    #expect(error?.code == .challengeTooHard)
  }

  @Test("the work meets the difficulty, as another count of its bits says", arguments: [0, 1, 7, 8, 9, 12] as [UInt32])
  func work(_ difficulty: UInt32) async throws {
    let challenge: [UInt8] = Array("challenge".utf8)
    let nonce = try await ProofOfWork.solve(challenge: challenge, difficulty: difficulty)
    #expect(nonce.count == 8)
    #expect(ProofOfWorkCheck.zeroBits(NativeCryptoProvider.sha256(challenge + nonce)) >= difficulty)
  }

  @Test("zero bits are counted across bytes")
  func counting() {
    #expect(ProofOfWork.leadingZeroBits([0x80]) == 0)
    #expect(ProofOfWork.leadingZeroBits([0x01, 0xFF]) == 7)
    #expect(ProofOfWork.leadingZeroBits([0x00, 0x10]) == 11)
    #expect(ProofOfWork.leadingZeroBits([0, 0]) == 16)
  }

  @Test("the work can be cancelled")
  func cancelling() async throws {
    let work = Task { try await ProofOfWork.solve(challenge: [], difficulty: 28) }
    work.cancel()
    let error = await #expect(throws: ClientError.self) { try await work.value }
    #expect(error?.code == .cancelled)
  }
}
