// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import CoreMetrics
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@testable import ServiceKit

@Suite("Service process", .timeLimit(.minutes(3)))
struct ServiceProcessTests {
  /// Stays until it is asked to end.
  private struct Patient: Service {
    func run() async throws { try await gracefulShutdown() }
  }

  /// Runs a process for the time of `body`, which gets its HTTP port.
  private func withProcess(
    _ stack: TestStack, settings: [String: String] = [:], metrics: MetricRegistry = MetricRegistry(),
    build: @escaping @Sendable (ServiceContext) async throws -> [any Service] = { _ in [Patient()] },
    _ body: @escaping @Sendable (HTTPProbe, ServiceProcess) async throws -> Void
  ) async throws {
    let (ports, open) = AsyncStream.makeStream(of: Int.self)
    let reader = ConfigReader.memory(stack.settings.merging(settings) { _, new in new })
    let process = ServiceRunner.process(
      "test", reader: reader, try ProcessConfiguration(reader: reader, service: "test"), stack.log.logger("test"),
      metrics, build: build, didOpenHTTP: { open.yield($0) })
    struct Whole: Service {
      let process: ServiceProcess
      func run() async throws { try await process.run(signals: []) }
    }
    try await stack.run([Whole(process: process)]) {
      for await port in ports {
        try await body(HTTPProbe(port: port), process)
        break
      }
    }
  }

  /// Asks the process until it is as it shall be; every look is a request to it.
  private func wait(_ probe: HTTPProbe, until isAsWanted: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !isAsWanted() {
      try #require(ContinuousClock.now < deadline)
      _ = try await probe.get("/health/live")
    }
  }

  private func ready(_ probe: HTTPProbe) async throws {
    try await wait(probe) { try await probe.get("/health/ready").status == 200 }
  }

  @Test("it becomes ready, serves metrics and its service's routes, and drains")
  func serves() async throws {
    try await TestStack.with { stack in
      let metrics = MetricRegistry()
      try await withProcess(stack, metrics: metrics) { context in
        context.http.get("/.well-known/test.json") { try .json(["domain": context.domain]) }
        context.http.get("/broken") { throw TestSupportError("broken") }
        return [Patient()]
      } _: { probe, process in
        try await ready(probe)
        Counter(label: "things", factory: PrometheusFactory(registry: metrics)).increment()
        let ready = try await probe.get("/health/ready")
        #expect(ready.body == #"{"failing":[],"status":"ok"}"#)
        let text = try await probe.get("/metrics")
        #expect(text.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(text.body.contains("things_total 1\n"))
        #expect(try await probe.get("/.well-known/test.json").body == #"{"domain":"test.example"}"#)
        #expect(try await probe.get("/health/live").status == 200)
        #expect(try await probe.get("/nothing").status == 404)
        let head = try await probe.get("/health/live", method: "HEAD")
        #expect(head.status == 200 && head.body.isEmpty)
        #expect(try await probe.get("/metrics", method: "POST").status == 405)
        let broken = try await probe.get("/broken")
        #expect(broken.status == 500 && !broken.body.contains("TestSupport"))
        #expect(process.context.health.phase == .running)
      }
      #expect(stack.log.contains(#""message":"draining""#))
    }
  }

  @Test(
    "while something is missing it says what and where, is live but not ready, and ends at once when asked",
    arguments: [
      (
        "postgres.url", "host=/nonexistent dbname=construct",
        "waiting for PostgreSQL (host=/nonexistent dbname=construct)"
      ),
      ("redis.url", "unix:///nonexistent", "waiting for Redis (unix:///nonexistent)"),
    ])
  func waits(key: String, value: String, message: String) async throws {
    try await TestStack.with { stack in
      try await withProcess(stack, settings: [key: value]) { _ in
        Issue.record("the service was built")
        return []
      } _: { probe, _ in
        #expect(try await probe.get("/health/live").status == 200)
        let ready = try await probe.get("/health/ready")
        #expect(ready.status == 503)
        #expect(ready.body.contains("starting"))
        #expect(ready.body.contains(key.prefix { $0 != "." }))
        try await wait(probe) { stack.log.contains(message) }
      }
      // It has ended, although what it waits for never came.
    }
  }

  @Test("without the migrations it waits for them, and goes on when they are there")
  func migrations() async throws {
    try await TestStack.with { stack in
      try await stack.postgres.withConnection { connection in
        try connection.script("ALTER TABLE schema_migrations RENAME TO hidden")
      }
      try await withProcess(stack) { probe, _ in
        try await wait(probe) { stack.log.contains("waiting for the migrations") }
        #expect(stack.log.contains("the database is at 0, this build needs \(Migrator.expectedVersion): run migrate"))
        try await stack.postgres.withConnection { connection in
          try connection.script("ALTER TABLE hidden RENAME TO schema_migrations")
        }
        try await ready(probe)
      }
    }
  }

  @Test("a part that fails ends the process with its error, and a build that fails, too")
  func failure() async throws {
    struct Broken: Service {
      func run() async throws { throw TestSupportError("broken part") }
    }
    try await TestStack.with { stack in
      let part = await #expect(throws: TestSupportError.self) {
        try await withProcess(stack, build: { _ in [Broken(), Patient()] }) { _, _ in try await gracefulShutdown() }
      }
      #expect(part?.description == "broken part")
      await #expect(throws: ConfigurationError.self) {
        try await withProcess(
          stack,
          build: { context in
            _ = try context.configuration.secret("absent.secret", hexBytes: 32); return []
          }
        ) { _, _ in try await gracefulShutdown() }
      }
    }
  }

  @Test("a wrong setting ends the process with code 78, another error with 1")
  func exitCodes() {
    #expect(ServiceRunner.exitCode(for: ConfigurationError(.missing, key: "X", reason: "y"), name: "test") == 78)
    #expect(ServiceRunner.exitCode(for: TestSupportError("x"), name: "test") == 1)
  }

  @Test("a connection string that libpq cannot read is a configuration error, not something to wait for")
  func unreadable() async throws {
    try await TestStack.with { stack in
      let error = await #expect(throws: ConfigurationError.self) {
        try await withProcess(stack, settings: ["postgres.url": "nonsense=1"]) { _, _ in try await gracefulShutdown() }
      }
      #expect(error?.key == "CONSTRUCT_POSTGRES_URL")
    }
  }

  @Test("the executable ends with 78 when a setting is missing")
  func missingSetting() async {
    let result = await #expect(processExitsWith: .exitCode(78), observing: [\.standardErrorContent]) {
      unsetenv("CONSTRUCT_DOMAIN")
      await ServiceRunner.run("test") { _ in [] }
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("test: wrong configuration: CONSTRUCT_DOMAIN: is required and not set"))
  }

  @Test("the executable drains on SIGTERM and ends with 0")
  func terminated() async throws {
    try await TestStack.with { stack in
      let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardErrorContent]) {
        [settings = stack.settings as [String: String]] in
        for (key, value) in settings {
          setenv("CONSTRUCT_" + key.uppercased().replacing(".", with: "_"), value, 1)
        }
        await ServiceRunner.run("test") { _ in
          kill(getpid(), SIGTERM)
          return [Patient()]
        }
      }
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(text.contains(#""message":"draining""#))
    }
  }
}
