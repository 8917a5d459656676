// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What `/health/ready` asks: a process is ready when it has been built, is not ending, and every registered check says
/// yes in time. (It is live as long as it answers at all.)
public final class HealthRegistry: Sendable {
  public typealias Check = @Sendable () async -> Bool

  /// Where a process stands in its life.
  public enum Phase: String, Sendable {
    case starting, running, draining
  }

  /// The names of the checks that said no, in alphabetical order; empty means yes.
  public struct Report: Sendable, Equatable {
    public let failing: [String]
    public var isHealthy: Bool { failing.isEmpty }
  }

  private struct State {
    var phase = Phase.starting
    var readiness: [String: Check] = [:]
  }

  private let state = Mutex(State())
  private let patience: Duration

  /// - Parameter patience: a check that takes longer counts as failed.
  public init(patience: Duration = .seconds(2)) {
    self.patience = patience
  }

  public var phase: Phase { state.withLock { $0.phase } }

  func enter(_ phase: Phase) {
    state.withLock { $0.phase = phase }
  }

  /// Adds a readiness check; one of the same name is replaced.
  /// - Parameter check: must end when its task is cancelled.
  public func register(_ name: String, _ check: @escaping Check) {
    state.withLock { $0.readiness[name] = check }
  }

  public func readiness() async -> Report {
    let (phase, checks) = state.withLock { ($0.phase, $0.readiness) }
    var failing = await failing(checks)
    if phase != .running { failing.append(phase.rawValue) }
    return Report(failing: failing.sorted())
  }

  private func failing(_ checks: [String: Check]) async -> [String] {
    await withTaskGroup(of: (String, Bool).self) { group in
      for (name, check) in checks {
        group.addTask { [patience] in (name, await Self.passes(check, within: patience)) }
      }
      return await group.reduce(into: []) { failing, result in
        if !result.1 { failing.append(result.0) }
      }
    }
  }

  private static func passes(_ check: @escaping Check, within patience: Duration) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await check() }
      group.addTask {
        do { try await Task.sleep(for: patience) } catch { return false }
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }
}
