// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import AuthService
import DeliveryService
import GatewayService
import KeyDirectoryService
import PushRelayService
import ServiceKit
import ServiceLifecycle
import TestSupport

/// Every service of Construct in this process, on the test's own PostgreSQL and Redis.
struct Construct: Sendable {
  let stack: TestStack
  /// Addresses of the gateways, as clients are told them.
  let gateways: [String]
  /// Of every delivery worker and gateway.
  let settings: [String: String]

  /// Runs one auth, key directory and push relay, and as many gateways and delivery workers as asked for.
  static func with<T: Sendable>(
    gateways: Int = 2, workers: Int = 2, settings: [String: String] = [:],
    _ body: @escaping @Sendable (Construct) async throws -> T
  ) async throws -> T {
    try await TestStack.with { stack in
      var services: [any Service] = []
      services += try await AuthService.build(stack.context("auth"))
      services += try await KeyDirectoryService.build(stack.context("key-directory"))
      services += try await PushRelayService.build(stack.context("push-relay"))
      for _ in 0..<workers {
        services += try await DeliveryService.build(stack.context("delivery", settings: settings))
      }
      var doors: [Gateway] = []
      for _ in 0..<gateways {
        let built = try await GatewayService.build(stack.context("gateway", settings: settings))
        doors += built.compactMap { $0 as? Gateway }
        services += built
      }
      let listening = doors
      return try await stack.run(services) {
        var addresses: [String] = []
        for gateway in listening { addresses.append("ws://127.0.0.1:\(try await gateway.listeningPort())") }
        return try await body(Construct(stack: stack, gateways: addresses, settings: settings))
      }
    }
  }

  /// Runs one more gateway for the time of `body`, and takes it down in good order after it.
  func withGateway<T: Sendable>(_ body: @escaping @Sendable (String) async throws -> T) async throws -> T {
    let services = try await GatewayService.build(stack.context("gateway", settings: settings))
    guard let gateway = services.compactMap({ $0 as? Gateway }).first else {
      throw TestSupportError("the gateway's services have no gateway")
    }
    return try await stack.run(services) {
      try await body("ws://127.0.0.1:\(try await gateway.listeningPort())")
    }
  }

  /// Runs one more delivery worker for the time of `body`.
  func withWorker<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    try await stack.run(try await DeliveryService.build(stack.context("delivery", settings: settings)), body)
  }
}
