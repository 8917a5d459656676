// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ServiceKit

@Suite("Health registry", .timeLimit(.minutes(3)))
struct HealthRegistryTests {
  @Test("a process is ready when it runs and every check says yes")
  func readiness() async {
    let health = HealthRegistry()
    #expect(await health.readiness().failing == ["starting"])
    health.register("b") { false }
    health.register("a") { false }
    health.register("c") { true }
    health.enter(.running)
    #expect(await health.readiness().failing == ["a", "b"])
    for name in ["a", "b"] { health.register(name) { true } }
    #expect(await health.readiness().isHealthy)
    health.enter(.draining)
    #expect(await health.readiness().failing == ["draining"])
  }

  @Test("a check that takes too long counts as failed and holds nobody up")
  func slow() async {
    let health = HealthRegistry(patience: .milliseconds(20))
    health.enter(.running)
    health.register("slow") {
      do { try await Task.sleep(for: .seconds(60)) } catch { return true }
      return true
    }
    #expect(await health.readiness().failing == ["slow"])
  }
}
