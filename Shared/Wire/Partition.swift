// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One of the 64 parts into which accounts fall for delivery.
public struct Partition: Hashable, Comparable, Sendable {
  /// How many there are. Fixed for a deployment's life: another count would move accounts to other streams.
  public static let count: UInt32 = 64

  public let number: UInt32

  /// Nil unless it is less than `count`.
  public init?(_ number: UInt32) {
    guard number < Self.count else { return nil }
    self.number = number
  }

  /// The partition of an account. Ids are random (the server draws them), so their last bits spread evenly.
  public init(of account: AccountID) { number = UInt32(truncatingIfNeeded: account.raw.low) % Self.count }

  public static var all: [Partition] { (0..<count).compactMap { Partition($0) } }

  public static func < (left: Partition, right: Partition) -> Bool { left.number < right.number }
}
