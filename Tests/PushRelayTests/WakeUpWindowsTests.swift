// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import TestSupport
import Testing
import Wire

@testable import PushRelayService

@Suite("Wake-up windows", .timeLimit(.minutes(3)))
struct WakeUpWindowsTests {
  @Test("of a burst one wake-up goes out at once and one when the window closes")
  func burst() async throws {
    try await TestStack.with { stack in
      let windows = stack.windows()
      #expect(try await windows.admit([Sample.wakeUp()]) == [Sample.wakeUp()])
      for _ in 0..<20 { #expect(try await windows.admit([Sample.wakeUp(), Sample.wakeUp()]).isEmpty) }
      #expect(try await !windows.close())
      #expect(try await stack.queuedWakeUps().isEmpty, "the window is open")
      try await stack.endWindows()
      #expect(try await !windows.close())
      #expect(try await stack.queuedWakeUps() == [Sample.wakeUp()])
      #expect(try await windows.admit([Sample.wakeUp()]) == [Sample.wakeUp()])
    }
  }

  @Test("devices have windows of their own, and a window that kept nothing closes silently")
  func devices() async throws {
    try await TestStack.with { stack in
      let windows = stack.windows()
      let both = [Sample.wakeUp(), Sample.wakeUp(Sample.tablet)]
      #expect(try await windows.admit(both) == both)
      #expect(try await windows.admit([Sample.wakeUp(Sample.tablet)]).isEmpty)
      try await stack.endWindows()
      _ = try await windows.close()
      #expect(try await stack.queuedWakeUps() == [Sample.wakeUp(Sample.tablet)])
      #expect(
        try await stack.redis.send(RedisCommand("EXISTS", "construct:push:windows", "construct:push:kept"))
          == .integer(0))
    }
  }

  @Test("an urgent wake-up is kept whatever comes before or after it")
  func urgency() async throws {
    try await TestStack.with { stack in
      let windows = stack.windows()
      for isUrgent in [false, false, true, false] { _ = try await windows.admit([Sample.wakeUp(isUrgent: isUrgent)]) }
      try await stack.endWindows()
      _ = try await windows.close()
      #expect(try await stack.queuedWakeUps() == [Sample.wakeUp(isUrgent: true)])
    }
  }

  @Test("what could not be sent is kept, also if its window has closed meanwhile")
  func keeping() async throws {
    try await TestStack.with { stack in
      let windows = stack.windows()
      try await windows.keep([Sample.wakeUp()])
      #expect(try await stack.queuedWakeUps().isEmpty)
      try await stack.endWindows()
      _ = try await windows.close()
      #expect(try await stack.queuedWakeUps() == [Sample.wakeUp()])
    }
  }

  @Test("many windows close in bounded steps")
  func steps() async throws {
    try await TestStack.with { stack in
      let windows = stack.windows()
      let many = (1...700 as ClosedRange<UInt32>).map {
        WakeUp(account: Sample.account, device: DeviceID($0) ?? .first, isUrgent: false)
      }
      #expect(try await windows.admit(many).count == 700)
      #expect(try await windows.admit(many).isEmpty)
      try await stack.endWindows()
      #expect(try await windows.close())
      #expect(try await !windows.close())
      #expect(try await stack.queuedWakeUps().count == 700)
    }
  }
}
