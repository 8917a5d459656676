// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration
import NIOCore
import NIOSSL
import ServiceKit
import Wire

/// The settings of the gateway.
///
/// | environment variable | default | range |
/// | --- | --- | --- |
/// | `CONSTRUCT_GATEWAY_HOST` | `0.0.0.0` | an address or a name of this machine |
/// | `CONSTRUCT_GATEWAY_PORT` | 8443 | 0…65535, 0 for any free one |
/// | `CONSTRUCT_GATEWAY_TLS_CERTIFICATE` | none: no TLS | path of a PEM file with the chain, the server's own first |
/// | `CONSTRUCT_GATEWAY_TLS_KEY` | none | path of a PEM file; both or neither |
/// | `CONSTRUCT_GATEWAY_EVENT_LOOPS` | as many as processors, at most 8 | 1…64 |
/// | `CONSTRUCT_GATEWAY_MAXIMUM_CONNECTIONS` | 50000 | 1…1000000 |
/// | `CONSTRUCT_GATEWAY_ADDRESS_CONNECTIONS` | 2000 | 1…1000000, of one IPv4 address or IPv6 network of 64 bits |
/// | `CONSTRUCT_GATEWAY_ADDRESS_BURST` | 1000 | 1…10000000, requests without authentication from one address at once |
/// | `CONSTRUCT_GATEWAY_ADDRESS_MINUTELY` | 3000 | 1…10000000, of them in a minute, lasting |
/// | `CONSTRUCT_GATEWAY_HELLO_SECONDS` | 10 | 1…300, from the accepted socket to `Hello` |
/// | `CONSTRUCT_GATEWAY_AUTHENTICATION_SECONDS` | 60 | 1…3600, from the accepted socket to `Authenticate` |
/// | `CONSTRUCT_GATEWAY_IDLE_SECONDS` | 60 | 2…3600, the longest silence of a client |
/// | `CONSTRUCT_GATEWAY_PING_SECONDS` | 20 | 1…1800, less than half of the silence |
/// | `CONSTRUCT_GATEWAY_REQUEST_SECONDS` | 10 | 1…300, from a request to its answer |
/// | `CONSTRUCT_GATEWAY_DRAIN_SECONDS` | 10 | 0…15, for what is outstanding at the end |
/// | `CONSTRUCT_GATEWAY_OUTBOUND_BYTES` | 1048576 | 262144…67108864, that may wait for one client to read |
/// | `CONSTRUCT_GATEWAY_STREAM_LENGTH` | 100000 | 100…10000000, entries of a stream at which requests are refused |
/// | `CONSTRUCT_GATEWAY_DEVICE_BURST` | 1200 | 1…10000000, messages that one device may send at once |
/// | `CONSTRUCT_GATEWAY_DEVICE_MINUTELY` | 1200 | 1…10000000, messages that it may send in a minute, lasting |
/// | secret `gateway-secret` | required | 64 hexadecimal digits, the same at all gateways of a deployment |
public struct GatewayConfiguration: Sendable {
  public var host: String
  public var port: Int
  /// PEM files; nil for plain TCP, behind something that ends TLS.
  public var tls: TLSFiles?
  public var eventLoops: Int
  public var maximumConnections: Int
  /// Connections from one IPv4 address or one IPv6 network of 64 bits.
  public var addressConnections: Int
  public var outboundBytes: Int
  public var drainTime: Duration
  var timing = ConnectionTiming()
  var appendLimits = AppendLimits()
  var deviceRate = DeviceRate()
  var addressRate = AddressRate()
  /// For which the gateway is believed to live without a renewal; it is renewed each second.
  var leaseMilliseconds: UInt64 = 5_000
  let secret: [UInt8]

  /// Where certificate and key are.
  public struct TLSFiles: Sendable {
    public let certificate: String
    public let key: String
  }

  /// - Throws: `ConfigurationError`, which names the setting and what is allowed.
  public init(reader: ConfigReader) throws {
    host = try reader.text("gateway.host", default: "0.0.0.0")
    port = try reader.integer("gateway.port", default: 8_443, in: 0...65_535)
    tls = try Self.tls(reader)
    eventLoops = try reader.integer("gateway.event.loops", default: min(System.coreCount, 8), in: 1...64)
    maximumConnections = try reader.integer("gateway.maximum.connections", default: 50_000, in: 1...1_000_000)
    addressConnections = try reader.integer("gateway.address.connections", default: 2_000, in: 1...1_000_000)
    outboundBytes = try reader.integer(
      "gateway.outbound.bytes", default: 1 << 20, in: WireLimits.frameBytes...64 << 20)
    drainTime = try reader.seconds("gateway.drain.seconds", default: 10, in: 0...15)
    timing.hello = try Self.milliseconds(reader, "gateway.hello.seconds", 10, 1...300)
    timing.authentication = try Self.milliseconds(reader, "gateway.authentication.seconds", 60, 1...3_600)
    timing.idle = try Self.milliseconds(reader, "gateway.idle.seconds", 60, 2...3_600)
    timing.ping = try Self.milliseconds(reader, "gateway.ping.seconds", 20, 1...1_800)
    timing.request = try Self.milliseconds(reader, "gateway.request.seconds", 10, 1...300)
    guard timing.ping * 2 < timing.idle else {
      throw ConfigurationError(
        .invalid, key: "CONSTRUCT_GATEWAY_PING_SECONDS",
        reason: "must be less than half of CONSTRUCT_GATEWAY_IDLE_SECONDS")
    }
    appendLimits.streamLength = Int64(
      try reader.integer("gateway.stream.length", default: 100_000, in: 100...10_000_000))
    addressRate.burst = try reader.integer("gateway.address.burst", default: 1_000, in: 1...10_000_000)
    addressRate.minutely = try reader.integer("gateway.address.minutely", default: 3_000, in: 1...10_000_000)
    deviceRate.burst = try reader.integer("gateway.device.burst", default: 1_200, in: 1...10_000_000)
    deviceRate.minutely = try reader.integer("gateway.device.minutely", default: 1_200, in: 1...10_000_000)
    secret = try reader.secret("gateway.secret", hexBytes: 32)
  }

  private static func milliseconds(
    _ reader: ConfigReader, _ key: String, _ fallback: Int, _ range: ClosedRange<Int>
  ) throws -> UInt64 {
    UInt64(try reader.integer(key, default: fallback, in: range)) * 1_000
  }

  private static func tls(_ reader: ConfigReader) throws -> TLSFiles? {
    let certificate = try reader.optionalText("gateway.tls.certificate", length: 1...4_096)
    let key = try reader.optionalText("gateway.tls.key", length: 1...4_096)
    switch (certificate, key) {
    case (let certificate?, let key?): return TLSFiles(certificate: certificate, key: key)
    case (nil, nil): return nil
    case (_?, nil), (nil, _?):
      let missing = certificate == nil ? "CONSTRUCT_GATEWAY_TLS_CERTIFICATE" : "CONSTRUCT_GATEWAY_TLS_KEY"
      throw ConfigurationError(.missing, key: missing, reason: "certificate and key are given together, or neither")
    }
  }
}

extension GatewayConfiguration.TLSFiles {
  /// TLS 1.2 and later, without client certificates.
  /// - Throws: `ConfigurationError` if a file cannot be read, is no PEM, or the key is not the certificate's.
  func context() throws -> NIOSSLContext {
    func attempt<Value>(_ key: String, _ body: () throws -> Value) throws -> Value {
      do { return try body() } catch {
        throw ConfigurationError(.unreadable, key: key, reason: "is not a readable PEM file that fits the other")
      }
    }
    let chain = try attempt("CONSTRUCT_GATEWAY_TLS_CERTIFICATE") {
      try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
    }
    return try attempt("CONSTRUCT_GATEWAY_TLS_KEY") {
      let key = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
      var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["http/1.1"]
      return try NIOSSLContext(configuration: configuration)
    }
  }
}
