// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOSSL
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite("TLS at the socket", .timeLimit(.minutes(3)))
struct TLSTests {
  /// A self-signed certificate for `localhost` and its key, in a folder that goes with it.
  final class Certificate {
    private let directory: URL

    init() throws {
      directory = FileManager.default.temporaryDirectory.appending(
        path: "construct-tls-\([UInt8].random(count: 6).hexadecimal)")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      let openssl = Process()
      openssl.executableURL = URL(filePath: "/usr/bin/env")
      openssl.arguments = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", keyPath, "-out", path,
      ]
      openssl.standardError = FileHandle.nullDevice
      try openssl.run()
      openssl.waitUntilExit()
      guard openssl.terminationStatus == 0 else { throw TestSupportError("openssl made no certificate") }
    }

    deinit {
      // The system clears what cannot be removed now.
      do { try FileManager.default.removeItem(at: directory) } catch {}
    }

    var path: String { directory.appending(path: "certificate.pem").path(percentEncoded: false) }
    var keyPath: String { directory.appending(path: "key.pem").path(percentEncoded: false) }
  }

  @Test("a client that trusts the certificate talks, one that does not and one without TLS are refused")
  func tls() async throws {
    let certificate = try Certificate()
    let settings = ["gateway.tls.certificate": certificate.path, "gateway.tls.key": certificate.keyPath]
    let file = certificate.path
    try await GatewayHarness.with(settings: settings) { harness in
      var configuration = TLSConfiguration.makeClientConfiguration()
      await #expect(throws: (any Error).self) {
        try await TestClient.connect(port: harness.port, tls: try NIOSSLContext(configuration: configuration))
      }
      configuration.trustRoots = .file(file)
      let context = try NIOSSLContext(configuration: configuration)
      let client = try await TestClient.connect(port: harness.port, tls: context)
      try await client.send(Hello(lowestVersion: 1, highestVersion: 1, client: "test"), request: 1)
      _ = try await client.receive(Welcome.self, answering: 1)
      try await client.send(
        Authenticate(accessToken: GatewayHarness.token(for: .test(1))), request: 2)
      _ = try await client.receive(Ready.self, answering: 2)
      await #expect(throws: (any Error).self) { try await TestClient.connect(port: harness.port) }
      try await client.send(bytes: [0xC1])
      #expect(try await client.receive(Failure.self, answering: 0).code == .malformedFrame)
      #expect(try await client.next() == .close(code: 1007))
    }
    withExtendedLifetime(certificate) {}
  }

  @Test("a key that is not the certificate's is refused at the start")
  func wrongKey() async throws {
    let (certificate, other) = (try Certificate(), try Certificate())
    let settings = ["gateway.tls.certificate": certificate.path, "gateway.tls.key": other.keyPath]
    try await TestStack.with { stack in
      let context = try stack.context("gateway", settings: settings)
      await #expect(throws: ConfigurationError.self) { try await GatewayHarness.make(context) }
    }
    withExtendedLifetime((certificate, other)) {}
  }
}
