// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Foundation
import NIOPosix
import TestSupport
import Testing

@testable import LoadCommand

@Suite("The load tool", .timeLimit(.minutes(3)))
struct LoadTests {
  @Test("a load of pairs over two gateways and two workers comes out even")
  func pairs() async throws {
    let settings = [
      "delivery.pair.burst": "1000000", "delivery.pair.minutely": "10000000", "gateway.device.burst": "1000000",
      "gateway.device.minutely": "10000000",
    ]
    try await Construct.with(gateways: 2, workers: 2, settings: settings) { construct in
      let group = MultiThreadedEventLoopGroup.singleton
      let endpoints = try construct.gateways.map { try GatewayEndpoint($0) }
      let file = FileManager.default.temporaryDirectory.appending(path: "load-\(UInt64.random(in: 0...UInt64.max))")
      defer { do { try FileManager.default.removeItem(at: file) } catch { Issue.record(error) } }
      var stock = try AccountStock(file: file)
      try await stock.fill(to: 6, at: endpoints[0], on: group) { _ in }
      #expect(try AccountStock(file: file).accounts.map(\.id) == stock.accounts.map(\.id))
      let fleet = try await Fleet.connect(
        stock.accounts, to: endpoints, shape: MessageShape(run: UInt64.random(in: 1...UInt64.max), size: 256), on: group
      )
      let scenario = PairsScenario(
        fleet: fleet, processes: [], before: ProcessUsage(of: []), pace: .inFlight(8), warmUpSeconds: 0, seconds: 1,
        size: 256)
      let report = try await scenario.run { _ in }
      #expect(report.delivered > 0)
      #expect(report.delivered == report.sent && report.delivered == report.accepted)
      #expect(report.lost + report.duplicated + report.misordered == 0)
      #expect(report.refused == [:])
      #expect(report.latencyMilliseconds.p50 > 0)
      try await fleet.close()
    }
  }
}
