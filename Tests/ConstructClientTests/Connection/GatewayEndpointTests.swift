// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConstructClient

@Suite("Gateway addresses")
struct GatewayEndpointTests {
  @Test("an address is read, with the scheme's port and the usual path where it names none")
  func reading() throws {
    let plain = try GatewayEndpoint("ws://localhost:8443")
    #expect(!plain.isSecure && plain.host == "localhost" && plain.port == 8443 && plain.path == "/v1")
    let secure = try GatewayEndpoint("WSS://chat.example.org")
    #expect(secure.isSecure && secure.port == 443 && secure.description == "wss://chat.example.org:443")
    let path = try GatewayEndpoint("wss://chat.example.org:9/construct/v1")
    #expect(path.path == "/construct/v1" && path.description == "wss://chat.example.org:9/construct/v1")
    let literal = try GatewayEndpoint("ws://[::1]:7400/")
    #expect(literal.host == "::1" && literal.port == 7400 && literal.authority == "[::1]:7400")
  }

  @Test(
    "what is no address is refused",
    arguments: [
      "", "localhost", "http://localhost", "ws://", "ws://:80", "ws://host:0", "ws://host:65536", "ws://host:x",
      "ws://a b", "ws://host/a b", "ws://user@host", "ws://[::1", "ws://[::1]x", "ws://a:1:2", "ws://host/#x",
      "ws://host\r\nX: y",
    ])
  func refusal(_ text: String) {
    #expect { try GatewayEndpoint(text) } throws: { ($0 as? ClientError)?.code == .addressInvalid }
  }

  @Test("a connection without TLS is harmless on this machine alone")
  func loopback() throws {
    #expect(try GatewayEndpoint("ws://127.0.0.1:1").isLoopback)
    #expect(try GatewayEndpoint("ws://[::1]:1").isLoopback)
    #expect(try !GatewayEndpoint("ws://example.org").isLoopback)
  }
}

@Suite("Reconnecting")
struct ReconnectScheduleTests {
  private let a: GatewayEndpoint
  private let b: GatewayEndpoint

  init() throws {
    a = try GatewayEndpoint("ws://a")
    b = try GatewayEndpoint("ws://b")
  }

  @Test("the next server is tried at once, and a pause comes after each whole round")
  func rounds() {
    var schedule = ReconnectSchedule(endpoints: [a, b])
    #expect(schedule.next(random: 0) == .init(endpoint: a, delay: .zero))
    schedule.failed()
    #expect(schedule.next(random: 0) == .init(endpoint: b, delay: .zero))
    schedule.failed()
    #expect(schedule.next(random: 0) == .init(endpoint: a, delay: .milliseconds(250)))
    schedule.failed()
    schedule.failed()
    #expect(schedule.next(random: 0).delay == .milliseconds(500))
  }

  @Test("pauses double up to half a minute, each drawn between half and all of it")
  func growth() {
    var schedule = ReconnectSchedule(endpoints: [a])
    for _ in 0..<100 { schedule.failed() }
    #expect(schedule.next(random: 0).delay == .seconds(15))
    #expect(schedule.next(random: 0.999).delay < .seconds(30))
    schedule.succeeded()
    #expect(schedule.next(random: 0).delay == .zero)
  }

  @Test("what the server asks for is kept, within bounds, for one attempt")
  func demands() {
    var schedule = ReconnectSchedule(endpoints: [a, b])
    schedule.failed(retryAfter: .seconds(7))
    #expect(schedule.next(random: 0) == .init(endpoint: b, delay: .seconds(7), demanded: .seconds(7)))
    schedule.failed()
    #expect(schedule.next(random: 0).delay < .seconds(1))
    schedule.failed(retryAfter: .seconds(86_400))
    #expect(schedule.next(random: 0).delay == .seconds(300))
  }

  @Test("a server that goes away in good order sends its clients to the next one")
  func draining() {
    var schedule = ReconnectSchedule(endpoints: [a, b])
    for _ in 0..<10 { schedule.failed() }
    schedule.drained(after: .milliseconds(300))
    #expect(schedule.next(random: 0).delay == .milliseconds(300))
    #expect(schedule.next(random: 0).endpoint == b)
  }
}
