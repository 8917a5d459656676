// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import ServiceKit
import Testing

@testable import GatewayService

@Suite("The settings of the gateway")
struct GatewayConfigurationTests {
  let secret = [UInt8](0..<32).hexadecimal

  func configuration(_ settings: [String: String]) throws -> GatewayConfiguration {
    try GatewayConfiguration(reader: .memory(["gateway.secret": secret].merging(settings) { _, new in new }))
  }

  @Test("have defaults, except the secret")
  func defaults() throws {
    let configuration = try configuration([:])
    #expect(configuration.host == "0.0.0.0")
    #expect(configuration.port == 8_443)
    #expect(configuration.tls == nil)
    #expect(configuration.maximumConnections == 50_000)
    #expect(configuration.addressConnections == 2_000)
    #expect(configuration.outboundBytes == 1_048_576)
    #expect(configuration.timing == ConnectionTiming())
    #expect(configuration.appendLimits == AppendLimits())
    #expect(configuration.deviceRate == DeviceRate(burst: 1_200, minutely: 1_200))
    #expect(configuration.secret == [UInt8](0..<32))
    #expect(throws: ConfigurationError.self) { try GatewayConfiguration(reader: .memory([:])) }
  }

  @Test(
    "that are wrong are refused by name",
    arguments: [
      ("gateway.port", "70000", "CONSTRUCT_GATEWAY_PORT"),
      ("gateway.idle.seconds", "a", "CONSTRUCT_GATEWAY_IDLE_SECONDS"),
      ("gateway.ping.seconds", "30", "CONSTRUCT_GATEWAY_PING_SECONDS"),
      ("gateway.event.loops", "0", "CONSTRUCT_GATEWAY_EVENT_LOOPS"),
      ("gateway.outbound.bytes", "1000", "CONSTRUCT_GATEWAY_OUTBOUND_BYTES"),
      ("gateway.device.burst", "0", "CONSTRUCT_GATEWAY_DEVICE_BURST"),
      ("gateway.tls.key", "/key.pem", "CONSTRUCT_GATEWAY_TLS_CERTIFICATE"),
      ("gateway.tls.certificate", "/certificate.pem", "CONSTRUCT_GATEWAY_TLS_KEY"),
      ("gateway.secret", "abcd", "gateway-secret"),
    ])
  func wrong(key: String, value: String, named: String) {
    #expect { try configuration([key: value]) } throws: { "\($0)".contains(named) && !"\($0)".contains("abcd") }
  }

  @Test("name a certificate that cannot be read")
  func unreadableCertificate() throws {
    let files = try #require(
      try configuration(["gateway.tls.certificate": "/no/such.pem", "gateway.tls.key": "/no/key.pem"]).tls)
    #expect { try files.context() } throws: { "\($0)".contains("CONSTRUCT_GATEWAY_TLS_CERTIFICATE") }
  }
}
