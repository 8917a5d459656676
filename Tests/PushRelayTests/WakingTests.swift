// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import PushRelayService

@Suite("The waking of devices", .timeLimit(.minutes(3)))
struct WakingTests {
  private static func run(
    senders: [any PushSender], _ body: @escaping @Sendable (TestStack, RequestProbe) async throws -> Void
  ) async throws {
    try await TestStack.with { stack in
      try await stack.addAccount()
      let context = try stack.context("push-relay")
      var configuration = try PushRelayConfiguration(reader: context.configuration)
      configuration.collapse = .milliseconds(200)
      try await stack.run(try PushRelayService.build(context, configuration, senders: senders)) {
        try await body(stack, try await RequestProbe(stack))
      }
    }
  }

  private static func register(_ probe: RequestProbe, _ provider: PushProvider, _ token: [UInt8] = Sample.token)
    async throws
  {
    _ = try await probe.ask(
      RegisterPush(provider: provider, token: token), on: StreamName.pushQueue, as: Sample.phone, expecting: Done.self)
  }

  private static func wake(_ probe: RequestProbe, _ wakeUps: WakeUp...) async throws {
    try await probe.append(
      PushRequest(wakeUps: wakeUps).encoded(), field: StreamName.wakeUpField, to: StreamName.pushQueue)
  }

  @Test("a wake-up goes to every provider the device has registered with, and to nobody else's")
  func providers() async throws {
    let apns = RecordingSender(.apns)
    let fcm = RecordingSender(.fcm)
    try await Self.run(senders: [apns, fcm]) { _, probe in
      try await Self.register(probe, .apns)
      try await Self.register(probe, .fcm, [9, 9])
      try await Self.wake(probe, Sample.wakeUp(isUrgent: true), Sample.wakeUp(Sample.tablet))
      #expect(await apns.next() == RecordingSender.Call(token: Sample.token, isUrgent: true))
      #expect(await fcm.next() == RecordingSender.Call(token: [9, 9], isUrgent: true))
    }
  }

  @Test("of a burst the device is woken at once and once more after it")
  func burst() async throws {
    let apns = RecordingSender(.apns)
    try await Self.run(senders: [apns]) { _, probe in
      try await Self.register(probe, .apns)
      try await Self.wake(probe, Sample.wakeUp(), Sample.wakeUp(), Sample.wakeUp(isUrgent: true))
      #expect(await apns.next()?.isUrgent == false)
      #expect(await apns.next()?.isUrgent == true)
    }
  }

  @Test("a wake-up that its provider cannot take is tried again")
  func unavailable() async throws {
    let apns = RecordingSender(.apns, answers: [.failure(.unavailable), .failure(.throttled)])
    try await Self.run(senders: [apns]) { _, probe in
      try await Self.register(probe, .apns)
      try await Self.wake(probe, Sample.wakeUp(isUrgent: true))
      for _ in 0..<3 { #expect(await apns.next()?.isUrgent == true) }
    }
  }

  @Test("a token that its provider does not know is deleted, and the device's others are not")
  func invalidToken() async throws {
    let apns = RecordingSender(.apns, answers: [.success(.tokenInvalid)])
    let fcm = RecordingSender(.fcm)
    try await Self.run(senders: [apns, fcm]) { stack, probe in
      try await Self.register(probe, .apns)
      try await Self.register(probe, .fcm, [9])
      try await Self.wake(probe, Sample.wakeUp())
      _ = await apns.next()
      _ = await fcm.next()
      // A second window opens only after the first, so by its wake-up the deletion has long been made.
      try await Self.wake(probe, Sample.wakeUp())
      _ = await fcm.next()
      #expect(try await stack.tokenRows().map(\.provider) == [3])
    }
  }

  @Test("a provider without credentials is counted, and nothing pretends to have been sent")
  func unconfigured() async throws {
    let registry = MetricRegistry()
    try await withMetricsFactory(PrometheusFactory(registry: registry)) {
      let fcm = RecordingSender(.fcm)
      try await Self.run(senders: [fcm]) { _, probe in
        try await Self.register(probe, .webPush)
        try await Self.register(probe, .fcm)
        try await Self.wake(probe, Sample.wakeUp())
        _ = await fcm.next()
        // The second wake-up of the window is only handed out when the first is done with.
        try await Self.wake(probe, Sample.wakeUp())
        _ = await fcm.next()
      }
    }
    let text = registry.exposition()
    #expect(text.contains(#"construct_push_wakeups_total{outcome="unconfigured",provider="webPush"}"#))
    #expect(!text.contains(#"outcome="sent",provider="webPush""#))
    #expect(text.contains(#"outcome="sent",provider="fcm""#))
  }

  @Test("a token of an earlier secret is passed over")
  func unreadable() async throws {
    let apns = RecordingSender(.apns)
    try await Self.run(senders: [apns]) { stack, probe in
      try await Self.register(probe, .apns)
      _ = try await stack.postgres.withConnection { try $0.execute("UPDATE push_tokens SET sealed_token = '\\x01aa'") }
      try await Self.wake(probe, Sample.wakeUp())
      try await Self.register(probe, .apns, [7])
      try await Self.wake(probe, Sample.wakeUp())
      #expect(await apns.next()?.token == [7])
    }
  }

  @Test("a queue entry that is no record is passed over and not tried again")
  func poison() async throws {
    let apns = RecordingSender(.apns)
    try await Self.run(senders: [apns]) { _, probe in
      try await Self.register(probe, .apns)
      try await probe.append([0xC1], field: StreamName.wakeUpField, to: StreamName.pushQueue)
      try await Self.wake(probe, Sample.wakeUp())
      #expect(await apns.next()?.token == Sample.token)
    }
  }
}
