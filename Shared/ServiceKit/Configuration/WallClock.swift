// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Milliseconds since the Unix epoch, by this machine's clock.
public func systemMilliseconds() -> UInt64 {
  WallClock.system.milliseconds()
}

/// Where the time of day comes from; tests give one that stands still.
///
/// Intervals and deadlines within a process belong to `ContinuousClock`, which no administrator sets back.
public struct WallClock: Sendable {
  /// Milliseconds since the Unix epoch.
  public let milliseconds: @Sendable () -> UInt64

  public init(milliseconds: @escaping @Sendable () -> UInt64) {
    self.milliseconds = milliseconds
  }

  /// Whole seconds since the Unix epoch.
  public var seconds: UInt64 { milliseconds() / 1_000 }

  public static let system = WallClock { UInt64(max(0, Date().timeIntervalSince1970 * 1_000)) }
}
