// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a push provider knows a device by: whoever has it can wake the device, so it is kept out of logs and sealed at
/// rest.
public struct PushToken: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// 1 to 4,096 bytes, as the client gave them.
  public let bytes: [UInt8]

  /// The bound of RegisterPush.
  static let greatestLength = 4_096

  /// Nil for an empty or overlong one.
  public init?(_ bytes: [UInt8]) {
    guard (1...Self.greatestLength).contains(bytes.count) else { return nil }
    self.bytes = bytes
  }

  public var description: String { "PushToken(\(bytes.count) bytes)" }

  /// Shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
