// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Any value at all, for tools, tests and documentation; frames are read and written field by field instead.
///
/// Reading gives `.uint` for every integer that is not negative, so equal numbers are equal values; `.integer(_:)` does
/// the same. A 32-bit float is read as `.double`, a timestamp as `.extension` of type -1.
public indirect enum MessagePackValue: Equatable, Sendable {
  case `nil`
  case bool(Bool)
  /// A negative integer. One that is not negative is written as `.uint` is, and read as that.
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case string(String)
  case binary([UInt8])
  case array([MessagePackValue])
  /// The entries in the order of the encoding; keys may be of any type and may repeat.
  case map([Entry])
  case `extension`(type: Int8, payload: [UInt8])

  /// A key of a map and its value.
  public struct Entry: Equatable, Sendable {
    public let key: MessagePackValue
    public let value: MessagePackValue

    public init(_ key: MessagePackValue, _ value: MessagePackValue) {
      self.key = key
      self.value = value
    }
  }

  /// An integer as reading would give it: `.int` if it is negative, else `.uint`; of at most 64 bits.
  public static func integer(_ value: some FixedWidthInteger) -> MessagePackValue {
    value < 0 ? .int(Int64(value)) : .uint(UInt64(value))
  }
}
