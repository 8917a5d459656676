// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import ServiceKit
import Synchronization

/// A time of day that stands still until a test moves it.
public final class TestClock: Sendable {
  private let now: Mutex<UInt64>

  /// - Parameter milliseconds: since the Unix epoch; this moment by default.
  public init(milliseconds: UInt64 = systemMilliseconds()) {
    now = Mutex(milliseconds)
  }

  public var milliseconds: UInt64 { now.withLock { $0 } }

  public func advance(milliseconds: UInt64) {
    now.withLock { $0 += milliseconds }
  }

  /// For a `ServiceContext`.
  public var clock: WallClock { WallClock { [self] in milliseconds } }
}
