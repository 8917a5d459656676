// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import ServiceKit
import Testing

@testable import GatewayService

@Suite("The hash of a client's address")
struct ClientOriginTests {
  let origins = ClientOrigin(secret: [UInt8](0..<32))

  func hash(_ address: String, port: Int = 1) throws -> [UInt8]? {
    origins.hash(of: try SocketAddress(ipAddress: address, port: port))
  }

  @Test("is the same for an address whatever the port, and differs for others")
  func addresses() throws {
    #expect(try hash("192.0.2.1", port: 1)?.count == 32)
    #expect(try hash("192.0.2.1", port: 1) == hash("192.0.2.1", port: 9_999))
    #expect(try hash("192.0.2.1") != hash("192.0.2.2"))
    #expect(try hash("192.0.2.1") == hash("::ffff:192.0.2.1"))
  }

  @Test("is that of the network for IPv6")
  func network() throws {
    #expect(try hash("2001:db8:1:2::1") == hash("2001:db8:1:2:ffff::9"))
    #expect(try hash("2001:db8:1:2::1") != hash("2001:db8:1:3::1"))
    #expect(
      ClientOrigin.prefix(of: try SocketAddress(ipAddress: "2001:db8:1:2::1", port: 1)) == [
        0x20, 0x01, 0x0D, 0xB8, 0, 1, 0, 2,
      ])
    #expect(ClientOrigin.prefix(of: try SocketAddress(ipAddress: "192.0.2.1", port: 1)) == [192, 0, 2, 1])
  }

  @Test("is the same at every gateway that has the secret, and cannot be told without it")
  func secret() throws {
    let address = try SocketAddress(ipAddress: "192.0.2.1", port: 1)
    #expect(ClientOrigin(secret: [UInt8](0..<32)).hash(of: address) == origins.hash(of: address))
    #expect(ClientOrigin(secret: [UInt8](1..<33)).hash(of: address) != origins.hash(of: address))
    #expect(origins.hash(of: nil) == nil)
  }
}
