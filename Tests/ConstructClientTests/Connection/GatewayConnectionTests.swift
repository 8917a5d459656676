// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import NIOWebSocket
import Testing
import Wire

@testable import ConstructClient

@Suite("Connections over real sockets", .timeLimit(.minutes(3)))
struct GatewayConnectionTests {
  private static func open(
    _ address: String, security: TransportSecurity = .systemAuthorities,
    timeouts: GatewayTimeouts = GatewayTimeouts(connect: .seconds(60), hello: .seconds(60), request: .seconds(60))
  ) async throws -> GatewayConnection {
    try await GatewayConnection.open(
      GatewayEndpoint(address), security: security, timeouts: timeouts, clientName: "test/1")
  }

  @Test("the client greets with its versions, and learns the server's bounds")
  func greeting() async throws {
    try await ScriptedGateway.run { server in
      let hello = try await server.welcome(domain: "here.test", outstanding: 7)
      #expect(hello == Hello(lowestVersion: 1, highestVersion: 1, client: "test/1"))
      await server.wait()
    } body: { gateway in
      let connection = try await Self.open(gateway.address)
      #expect(connection.welcome.domain == "here.test" && connection.welcome.maximumOutstanding == 7)
      await connection.close()
      #expect(await connection.closeReason() == .local)
    }
  }

  @Test("requests are answered, failures thrown, and what the server sends by itself arrives in order")
  func conversation() async throws {
    try await ScriptedGateway.run { server in
      try await server.welcome()
      let (_, first) = try await server.next(RequestKeyStatus.self)
      try await server.send(MailboxDrained(through: 1, previous: 0))
      try await server.send(Draining(reconnectAfterMilliseconds: 5))
      try await server.send(KeyStatus(oneTimePreKeys: 3), request: first)
      let (_, second) = try await server.next(RequestKeyStatus.self)
      try await server.send(Failure(.rateLimited, retryAfterMilliseconds: 700), request: second)
      await server.wait()
    } body: { gateway in
      let connection = try await Self.open(gateway.address)
      let status: KeyStatus = try await connection.request(RequestKeyStatus())
      #expect(status.oneTimePreKeys == 3)
      let error = await #expect(throws: ClientError.self) {
        let _: KeyStatus = try await connection.ask(RequestKeyStatus())
      }
      #expect(error?.failure == .rateLimited && error?.retryAfterMilliseconds == 700)
      let pushes = await connection.pushes.next(atMost: 10)
      #expect(
        pushes == [
          .mailboxDrained(MailboxDrained(through: 1, previous: 0)), .draining(Draining(reconnectAfterMilliseconds: 5)),
        ])
      await connection.close()
    }
  }

  @Test("an answer of the wrong kind closes the connection")
  func wrongAnswer() async throws {
    try await ScriptedGateway.run { server in
      try await server.welcome()
      let (_, request) = try await server.next(RequestKeyStatus.self)
      try await server.send(Done(), request: request)
      await server.wait()
    } body: { gateway in
      let connection = try await Self.open(gateway.address)
      await #expect(throws: RequestError.self) { let _: KeyStatus = try await connection.request(RequestKeyStatus()) }
      #expect(await connection.closeReason() == .violation)
    }
  }

  @Test("a connection that breaks fails what waits for an answer")
  func breaking() async throws {
    try await ScriptedGateway.run { server in
      try await server.welcome()
      _ = try await server.next()
      try await server.drop()
    } body: { gateway in
      let connection = try await Self.open(gateway.address)
      let error = await #expect(throws: ClientError.self) {
        let _: KeyStatus = try await connection.ask(RequestKeyStatus())
      }
      #expect(error?.code == .connectionLost)
      #expect(await connection.pushes.next(atMost: 1) == nil)
    }
  }

  @Test("what works over a connection stops when it begins to close, though the server never says goodbye")
  func closing() async throws {
    try await ScriptedGateway.run(saysGoodbye: false) { server in
      try await server.welcome()
      _ = try await server.next()
      try await server.send(opcode: .text, [])
      await server.wait()
    } body: { gateway in
      let bench = try await StoreBench()
      try await bench.store.write { transaction in
        let bob = try transaction.addContact(named: "bob").id
        let row = try transaction.addOutgoing(
          StoredMessage(messageID: MessageID(Identifier128(high: 0, low: 1)), text: "hello", sentAt: 1),
          contact: bob, state: .waiting)
        try transaction.enqueue(message: row.id, for: bob)
      }
      let connection = try await Self.open(
        gateway.address, timeouts: GatewayTimeouts(request: .seconds(3_600), close: .seconds(3_600)))
      let options = try Person.options()
      let link = OnlineLink(
        connection: connection, store: bench.store, events: EventHub(), clock: options.clock, logger: options.logger)
      // It asks for the recipient, and the answer is one that closes the connection: from here on only the server keeps
      // it open.
      try await OutboxSender(link: link, wake: WakeSignal()).run()
      #expect(!connection.isActive)
      #expect(try await bench.store.read { try $0.waitingCount() } == 1)
    }
  }

  @Test("a server without a common version says so")
  func version() async throws {
    try await ScriptedGateway.run { server in
      let (_, request) = try await server.next(Hello.self)
      try await server.send(Failure(.unsupportedVersion), request: request)
    } body: { gateway in
      let error = await #expect(throws: ClientError.self) { try await Self.open(gateway.address) }
      #expect(error?.code == .versionUnsupported)
    }
  }

  @Test("a server that does not greet is given up in time")
  func silentServer() async throws {
    try await ScriptedGateway.run { server in
      await server.wait()
    } body: { gateway in
      let error = await #expect(throws: ClientError.self) {
        try await Self.open(gateway.address, timeouts: GatewayTimeouts(hello: .milliseconds(50)))
      }
      #expect(error?.code == .timeout)
    }
  }

  @Test("a server that refuses the upgrade, or is not there, cannot be reached")
  func unreachable() async throws {
    try await ScriptedGateway.run { _ in
    } body: { gateway in
      await #expect(throws: ClientError.self) { try await Self.open(gateway.address + "/elsewhere") }
    }
    let error = await #expect(throws: ClientError.self) { try await Self.open("ws://127.0.0.1:1") }
    #expect(error?.code == .serverUnreachable)
    #expect(error?.description == "The server cannot be reached: Connection refused.")
    let nameless = await #expect(throws: ClientError.self) { try await Self.open("ws://nobody..invalid") }
    #expect(nameless?.description == "The server cannot be reached: its name is not known.")
  }

  @Test("a connection sets no socket option that only a privileged process may set")
  func unprivileged() async throws {
    try await ScriptedGateway.run { server in
      try await server.welcome()
      await server.wait()
    } body: { gateway in
      let link = try await GatewayLink.connect(
        GatewayEndpoint(gateway.address), security: .systemAuthorities,
        timeouts: GatewayTimeouts(connect: .seconds(60), hello: .seconds(60), request: .seconds(60)))
      // SO_DEBUG has the number of TCP_NODELAY, and is refused to everybody but root.
      let debug = NIOBSDSocket.Option(rawValue: NIOBSDSocket.Option.tcp_nodelay.rawValue)
      #expect(try await link.channel.getOption(.socketOption(debug)).get() == 0)
      #expect(try await link.channel.getOption(.tcpOption(.tcp_nodelay)).get() == 1)
      link.close()
    }
  }

  @Test("a cancelled attempt ends at once, even against a server that says nothing")
  func cancelledAttempt() async throws {
    try await ScriptedGateway.run { server in
      await server.wait()
    } body: { gateway in
      let attempt = Task { try await Self.open(gateway.address) }
      attempt.cancel()
      await #expect(throws: ClientError.self) { _ = try await attempt.value }
    }
  }

  @Test("over TLS, only the authorities that were named are believed, and only for the host's name")
  func certificates() async throws {
    let authority = try TestAuthority()
    defer { authority.remove() }
    let context = try authority.serverContext()
    try await ScriptedGateway.run(tls: context) { server in
      try await server.welcome()
      await server.wait()
    } body: { gateway in
      let good = try await Self.open(
        "wss://localhost:\(gateway.port)", security: .authorityFile(authority.certificatePath))
      await good.close()
      let unknown = await #expect(throws: ClientError.self) { try await Self.open("wss://localhost:\(gateway.port)") }
      #expect(unknown?.code == .certificateInvalid)
      let otherName = await #expect(throws: ClientError.self) {
        try await Self.open("wss://127.0.0.1:\(gateway.port)", security: .authorityFile(authority.certificatePath))
      }
      #expect(otherName?.code == .certificateInvalid)
    }
  }

  @Test("a file without certificates is no authority")
  func noAuthority() async {
    let error = await #expect(throws: ClientError.self) {
      try await Self.open("wss://localhost:1", security: .authorityFile("/dev/null/nothing"))
    }
    #expect(error?.code == .certificateInvalid)
  }
}
