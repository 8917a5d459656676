// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A moment as the specification's extension type -1 holds it.
public struct MessagePackTimestamp: Equatable, Sendable {
  /// The extension type that the specification gives to timestamps.
  public static let extensionType: Int8 = -1
  @usableFromInline static let nanosecondsPerSecond: UInt32 = 1_000_000_000

  /// Seconds since 1970-01-01 00:00:00 UTC, negative before it.
  public let seconds: Int64
  /// Nanoseconds after `seconds`, 0 to 999 999 999; they count forward before 1970 too.
  public let nanoseconds: UInt32

  /// A moment, or `integerOutOfRange` where the nanoseconds reach a second.
  public init(seconds: Int64, nanoseconds: UInt32 = 0) throws(MessagePackError) {
    guard nanoseconds < Self.nanosecondsPerSecond else { throw .integerOutOfRange }
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Reads the payload of an extension of type -1: 4, 8 or 12 bytes.
  ///
  /// 4: seconds. 8: 30 bits of nanoseconds, then 34 bits of seconds. 12: 4 of nanoseconds, 8 of signed seconds.
  init(payload: ArraySlice<UInt8>, requireCanonical: Bool) throws(MessagePackError) {
    var leading: UInt32 = 0
    for byte in payload.prefix(4) { leading = leading << 8 | UInt32(byte) }
    var trailing: UInt64 = 0
    for byte in payload.dropFirst(4) { trailing = trailing << 8 | UInt64(byte) }
    switch payload.count {
    case 4:
      try self.init(seconds: Int64(leading))
    case 8:
      let seconds = Int64(leading & 0b11) << 32 | Int64(trailing)
      try self.init(seconds: seconds, nanoseconds: leading >> 2)
    case 12:
      try self.init(seconds: Int64(bitPattern: trailing), nanoseconds: leading)
    default:
      throw .typeMismatch
    }
    if requireCanonical, payload.count != payloadLength { throw .nonCanonical }
  }

  /// The length of the shortest payload that holds this moment.
  var payloadLength: Int {
    guard seconds >= 0, seconds < 1 << 34 else { return 12 }
    return nanoseconds == 0 && seconds < 1 << 32 ? 4 : 8
  }
}
