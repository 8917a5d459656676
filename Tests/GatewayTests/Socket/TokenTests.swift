// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import NIOCore
import NIOWebSocket
import Postgres
import ServiceKit
import ServiceLifecycle
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite("Access tokens at the socket", .timeLimit(.minutes(3)))
struct TokenTests {
  let alice = DeviceAddress.test(1)

  /// A key as auth makes it, whose public half stands in the table.
  func makeKey(_ stack: TestStack, keyID: String) async throws -> AccessTokenSigner {
    let key = Curve25519.Signing.PrivateKey()
    let publicKey = Array(key.publicKey.rawRepresentation)
    try await stack.postgres.withConnection { connection in
      _ = try connection.query(
        """
        INSERT INTO token_keys (kid, public_key, sealed_private_key, not_before, signs_until, expires_at)
        VALUES ($1, $2, $3, now(), now() + interval '1 day', now() + interval '2 days')
        """, .text(keyID), .bytes(publicKey), .bytes([0]))
    }
    return AccessTokenSigner(keyID: keyID, key: key)
  }

  func token(issuer: String = TestStack.domain, expiresIn seconds: Int = 900) -> AccessToken {
    let now = Int(systemMilliseconds() / 1_000)
    return AccessToken(
      account: alice.account, device: alice.device, session: Identifier128(high: 1, low: 1),
      issuedAt: UInt64(now - 1_000),
      expiry: UInt64(now + seconds), issuer: issuer)
  }

  @Test("are taken if they are this server's, of any of its keys, and have not expired")
  func verification() async throws {
    try await TestStack.with { stack in
      let signer = try await makeKey(stack, keyID: "first")
      let services = try await GatewayService.build(stack.context("gateway", settings: ["gateway.event.loops": "1"]))
      let gateway = try #require(services.compactMap { $0 as? Gateway }.first)
      try await stack.run(services) {
        let client = try await TestClient.hello(port: try await gateway.listeningPort())
        func refusal(_ token: String) async throws -> FailureCode {
          try await client.send(Authenticate(accessToken: token), request: 9)
          return try await client.receive(Failure.self, answering: 9).code
        }
        #expect(try await refusal(signer.sign(token(issuer: "elsewhere.example"))) == .tokenInvalid)
        #expect(try await refusal(signer.sign(token(expiresIn: -1))) == .tokenExpired)
        let foreign = AccessTokenSigner(keyID: "first", key: Curve25519.Signing.PrivateKey())
        #expect(try await refusal(foreign.sign(token())) == .tokenInvalid)
        let unknown = AccessTokenSigner(keyID: "unknown", key: Curve25519.Signing.PrivateKey())
        #expect(try await refusal(unknown.sign(token())) == .tokenInvalid)
        #expect(try await refusal("") == .tokenInvalid)
        #expect(try await refusal(String(repeating: "a", count: 3_000)) == .malformedFrame)

        try await client.send(Authenticate(accessToken: signer.sign(token())), request: 10)
        let ready = try await client.receive(Ready.self, answering: 10)
        #expect(ready.account == alice.account)
        #expect(ready.device == alice.device)
        #expect(ready.tokenExpiry / 1_000 > systemMilliseconds() / 1_000)
      }
    }
  }

  /// When a token ends, and that a new one prolongs the connection, is tested with a clock of its own by
  /// `AuthenticationTests`; here, that the gateway looks at the real one.
  @Test("that expire end the connection")
  func expiry() async throws {
    try await GatewayHarness.with(configure: { $0.timing.hello = 200 }) { harness in
      let client = try await TestClient.hello(port: harness.port)
      for (request, seconds) in [(2, 3_600), (3, 0)] as [(UInt64, UInt64)] {
        let token = GatewayHarness.token(for: alice, expiresIn: seconds)
        try await client.send(Authenticate(accessToken: token), request: request)
        _ = try await client.receive(Ready.self, answering: request)
      }
      #expect(try await client.receive(Failure.self, answering: 0).code == .tokenExpired)
      #expect(try await client.next() == .close(code: 1008))
    }
  }
}
