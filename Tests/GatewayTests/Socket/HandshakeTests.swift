// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOWebSocket
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite("The way to a WebSocket", .timeLimit(.minutes(3)))
struct HandshakeTests {
  /// Sends bytes to the port and returns all that comes back.
  func exchange(_ request: String, port: Int) async throws -> String {
    try await PlainClient.exchange(Array(request.utf8), port: port)
  }

  @Test("what is no upgrade at the right path gets a short answer and is closed")
  func plainHTTP() async throws {
    try await GatewayHarness.with { harness in
      let get = try await exchange("GET /v1 HTTP/1.1\r\nHost: x\r\n\r\n", port: harness.port)
      #expect(get.hasPrefix("HTTP/1.1 426 "))
      #expect(get.lowercased().contains("upgrade: websocket"))
      for path in ["/", "/v1/", "/v2", "/health/live"] {
        let answer = try await exchange("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n", port: harness.port)
        #expect(answer.hasPrefix("HTTP/1.1 404 "), "\(path)")
      }
      let post = try await exchange(
        "POST /v1 HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nContent-Length: 0\r\n\r\n", port: harness.port)
      #expect(!post.hasPrefix("HTTP/1.1 101"))
      let noHTTP = try await exchange("\u{16}\u{3}\u{1} what is this\r\n\r\n", port: harness.port)
      #expect(!noHTTP.contains("101"))
    }
  }

  @Test("an upgrade at another path is refused")
  func otherPath() async throws {
    try await GatewayHarness.with { harness in
      await #expect(throws: (any Error).self) { try await TestClient.connect(port: harness.port, path: "/v2") }
      let client = try await TestClient.connect(port: harness.port, path: "/v1?client=test")
      try await client.send(Hello(lowestVersion: 1, highestVersion: 1, client: "test"), request: 1)
      _ = try await client.receive(Welcome.self, answering: 1)
    }
  }

  @Test("hello is answered by what the client has to know")
  func hello() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.connect(port: harness.port)
      try await client.send(Hello(lowestVersion: 1, highestVersion: 7, client: "test"), request: 3)
      let welcome = try await client.receive(Welcome.self, answering: 3)
      #expect(welcome.version == 1)
      #expect(welcome.domain == "test.example")
      #expect(welcome.serverTime.distance(to: systemMilliseconds()).magnitude < 60_000)
    }
  }

  @Test("a version that is not spoken here is refused, and the connection closed")
  func version() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.connect(port: harness.port)
      try await client.send(Hello(lowestVersion: 2, highestVersion: 9, client: "test"), request: 3)
      #expect(try await client.receive(Failure.self, answering: 3).code == .unsupportedVersion)
      #expect(try await client.next() == .close(code: 1002))
      #expect(try await client.next() == .ended)
    }
  }

  @Test("a client's close frame is answered")
  func close() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.hello(port: harness.port)
      try await client.send(frame: .connectionClose, ByteBuffer(integer: UInt16(1001)))
      #expect(try await client.next() == .close(code: 1000))
      #expect(try await client.next() == .ended)
    }
  }

  @Test("a ping is answered")
  func ping() async throws {
    try await GatewayHarness.with { harness in
      let client = try await TestClient.connect(port: harness.port)
      try await client.send(frame: .ping, ByteBuffer(string: "are you there"))
      #expect(try await client.next() == .pong)
    }
  }

  @Test("one address has a bound of its own, and others do not notice")
  func oneAddress() async throws {
    try await GatewayHarness.with(settings: ["gateway.address.connections": "2"]) { harness in
      let first = try await TestClient.hello(port: harness.port)
      let second = try await TestClient.hello(port: harness.port)
      await #expect(throws: (any Error).self) { try await TestClient.connect(port: harness.port) }
      let stranger = try await TestClient.connect(port: harness.port, from: "127.0.0.9")
      try await first.cut()
      let third = try await eventually { try await TestClient.hello(port: harness.port) }
      _ = (second, stranger, third)
    }
  }

  @Test("without authentication an address asks for so much and no more, over all its connections")
  func strangers() async throws {
    let settings = ["gateway.address.burst": "3", "gateway.address.minutely": "1"]
    try await GatewayHarness.with(settings: settings) { harness in
      let probe = StreamProbe(harness.stack.redisConfiguration, StreamName.authQueue)
      for number in UInt64(1)...3 {
        let client = try await TestClient.hello(port: harness.port)
        try await client.send(RequestRegistration(), request: 10 + number)
        _ = try await probe.record()
      }
      let fourth = try await TestClient.hello(port: harness.port)
      try await fourth.send(RequestRegistration(), request: 14)
      let refusal = try await fourth.receive(Failure.self, answering: 14)
      #expect(refusal.code == .rateLimited)
      #expect((50_000...60_000).contains(refusal.retryAfterMilliseconds ?? 0))
      // Who has an account is not counted, and another address has a bucket of its own.
      try await fourth.send(Authenticate(accessToken: GatewayHarness.token(for: .test(1))), request: 15)
      _ = try await fourth.receive(Ready.self, answering: 15)
      let stranger = try await TestClient.connect(port: harness.port, from: "127.0.0.9")
      try await stranger.send(Hello(lowestVersion: 1, highestVersion: 1, client: "test"), request: 1)
      _ = try await stranger.receive(Welcome.self)
      try await stranger.send(RequestRegistration(), request: 2)
      _ = try await probe.record()
    }
  }

  @Test("beyond the maximum of connections a socket is closed at once, and there is room when one has left")
  func maximumConnections() async throws {
    try await GatewayHarness.with(settings: ["gateway.maximum.connections": "2"]) { harness in
      let first = try await TestClient.hello(port: harness.port)
      let second = try await TestClient.hello(port: harness.port)
      await #expect(throws: (any Error).self) { try await TestClient.connect(port: harness.port) }
      try await first.cut()
      let third = try await eventually { try await TestClient.hello(port: harness.port) }
      _ = (second, third)
    }
  }

  /// Tries again what fails until the gateway has noticed.
  func eventually<T>(_ body: () async throws -> T) async throws -> T {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      do { return try await body() } catch { await Task.yield() }
    }
    return try await body()
  }
}
