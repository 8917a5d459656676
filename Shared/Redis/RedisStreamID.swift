// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The place of an entry in a stream: a time in milliseconds and a number within it.
public struct RedisStreamID: Comparable, Hashable, Sendable, CustomStringConvertible {
  public let milliseconds: UInt64
  public let sequence: UInt64

  /// Before every entry.
  public static let zero = RedisStreamID(milliseconds: 0, sequence: 0)

  public init(milliseconds: UInt64, sequence: UInt64) {
    self.milliseconds = milliseconds
    self.sequence = sequence
  }

  /// Reads `milliseconds-sequence`, both in decimal digits; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let milliseconds = UInt64(parts[0]), let sequence = UInt64(parts[1])
    else { return nil }
    self.init(milliseconds: milliseconds, sequence: sequence)
  }

  public var description: String { "\(milliseconds)-\(sequence)" }

  /// The least id that is greater.
  public var next: RedisStreamID {
    sequence < .max
      ? RedisStreamID(milliseconds: milliseconds, sequence: sequence + 1)
      : RedisStreamID(milliseconds: milliseconds + 1, sequence: 0)
  }

  public static func < (left: RedisStreamID, right: RedisStreamID) -> Bool {
    (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
  }
}
