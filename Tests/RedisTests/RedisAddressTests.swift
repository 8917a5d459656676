// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Redis

@Suite("The address of a Redis", .timeLimit(.minutes(3)))
struct RedisAddressTests {
  private func parse(_ text: String) throws -> RedisAddress {
    try RedisAddress(text, at: CallSite(file: #fileID, line: #line))
  }

  @Test("the path of a socket")
  func unix() throws {
    guard case .unix("/run/redis.sock") = try parse("unix:///run/redis.sock").place else {
      Issue.record("another place")
      return
    }
  }

  @Test(
    "host, port and database",
    arguments: [
      ("redis://cache", "cache", 6_379, 0), ("redis://cache:7000", "cache", 7_000, 0),
      ("redis://127.0.0.1:1/15", "127.0.0.1", 1, 15), ("redis://[::1]:7000/2", "::1", 7_000, 2),
      ("redis://[::1]", "::1", 6_379, 0), ("redis://cache/", "cache", 6_379, 0),
    ])
  func tcp(_ text: String, _ host: String, _ port: Int32, _ database: Int) throws {
    let address = try parse(text)
    guard case .tcp(host, port) = address.place else {
      Issue.record("another place")
      return
    }
    #expect(address.database == database)
    #expect(address.password == nil)
  }

  @Test("user and password with percent signs")
  func secrets() throws {
    let address = try parse("redis://us%40er:p%3A%2Fss@w:rd@cache:7000")
    #expect(address.user == "us@er")
    #expect(address.password == "p:/ss@w:rd")
    #expect(try parse("redis://:secret@cache").user == nil)
  }

  @Test(
    "others are refused without a word of them",
    arguments: [
      "", "cache:6379", "rediss://cache", "unix://", "unix://relative", "redis://", "redis://:7000", "redis://cache:0",
      "redis://cache:70000", "redis://cache:x", "redis://cache/x", "redis://cache/-1", "redis://[::1", "redis://[::1]x",
      "redis://a-secret@cache", "redis://:a-secret%4@cache", "redis://:%ZZ@cache",
      "unix:///\(String(repeating: "x", count: 108))",
    ])
  func malformed(_ text: String) {
    let error = #expect(throws: RedisError.self) { try parse(text) }
    #expect(error?.code == .invalidAddress)
    #expect(error.map { String(reflecting: $0).contains("secret") } == false)
  }

  @Test("a password and a database are used, and a wrong password is told by the server's word")
  func session() async throws {
    let port = try freePort()
    let server = try PrivateRedis("--port", "\(port)", "--requirepass", "p:/ss")
    try await server.start()
    try await TestServer.withClient(RedisConfiguration("redis://:p%3A%2Fss@127.0.0.1:\(port)/3")) { client in
      let info = try await client.send(RedisCommand("CLIENT", "INFO")).textValue
      #expect(info.contains(" db=3 "))
    }
    for (address, word) in [("redis://:wrong@127.0.0.1:\(port)", "WRONGPASS"), ("redis://127.0.0.1:\(port)", "NOAUTH")]
    {
      try await TestServer.withClient(RedisConfiguration(address)) { client in
        let error = await #expect(throws: RedisError.self) { try await client.checkHealth() }
        #expect(error?.code == .unavailable)
        #expect(error?.serverCode == word)
      }
    }
    try await server.remove()
  }

  /// A port on the loopback that the system gives to anybody who asks for none in particular.
  private func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
      }
    }
    try #require(status == 0)
    return UInt16(bigEndian: address.sin_port)
  }
}
