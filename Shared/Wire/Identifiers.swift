// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// Sixteen bytes that name something: a UUID's worth, compared and hashed as two words.
public struct Identifier128: Hashable, Sendable {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Nil unless there are exactly 16 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    var index = 0
    for byte in bytes {
      if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
      index += 1
    }
    self.init(high: high, low: low)
  }

  /// Big-endian.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: high >> UInt64(shift))) }
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: low >> UInt64(shift))) }
    return bytes
  }

  /// The form of RFC 9562, section 4: 36 characters, lower case.
  public var uuidString: String {
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if index == 4 || index == 6 || index == 8 || index == 10 { text += "-" }
      text += String(byte >> 4, radix: 16)
      text += String(byte & 15, radix: 16)
    }
    return text
  }

  /// Reads the form of RFC 9562, section 4, in either case.
  public init?(uuidString: String) {
    var bytes: [UInt8] = []
    var digits = 0
    var position = 0
    var pending: UInt8 = 0
    for character in uuidString.utf8 {
      let isDash = position == 8 || position == 13 || position == 18 || position == 23
      position += 1
      if isDash {
        guard character == 0x2D else { return nil }
        continue
      }
      let nibble: UInt8
      switch character {
      case 0x30...0x39: nibble = character - 0x30
      case 0x61...0x66: nibble = character - 0x61 + 10
      case 0x41...0x46: nibble = character - 0x41 + 10
      default: return nil
      }
      if digits % 2 == 0 { pending = nibble << 4 } else { bytes.append(pending | nibble) }
      digits += 1
    }
    guard position == 36 else { return nil }
    self.init(bytes: bytes)
  }
}

/// A type of identifier of sixteen bytes, so that accounts and messages cannot be mixed up.
public protocol WireIdentifier: WireValue, Hashable {
  var raw: Identifier128 { get }
  init(_ raw: Identifier128)
}

extension WireIdentifier {
  /// Nil unless there are exactly 16 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard let raw = Identifier128(bytes: bytes) else { return nil }
    self.init(raw)
  }

  /// A version 4 UUID (RFC 9562, section 5.4) from 16 random bytes; nil unless there are 16.
  public init?(random bytes: [UInt8]) {
    guard let raw = Identifier128(bytes: bytes) else { return nil }
    self.init(
      Identifier128(
        high: raw.high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000, low: raw.low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000))
  }

  public var bytes: [UInt8] { raw.bytes }

  public init(from reader: inout MessagePackReader) throws(WireError) {
    let slice: ArraySlice<UInt8>
    do { slice = try reader.readBinary() } catch { throw .encoding(error) }
    guard let raw = Identifier128(bytes: slice) else { throw .encoding(.typeMismatch) }
    self.init(raw)
  }

  public func write(to writer: inout MessagePackWriter) { writer.writeBinary(raw.bytes) }
}

/// An account: a UUID that the server assigns at registration.
public struct AccountID: WireIdentifier {
  public let raw: Identifier128
  public init(_ raw: Identifier128) { self.raw = raw }
}

/// A message: 16 random bytes that its sender chooses, the same at each retry.
public struct MessageID: WireIdentifier {
  public let raw: Identifier128
  public init(_ raw: Identifier128) { self.raw = raw }
}

/// A device of an account: counted from 1 by the account's device list, never given twice.
public struct DeviceID: WireValue, Hashable, Comparable {
  public let number: UInt32

  /// Nil for 0 and for what does not fit a signed 32-bit column.
  public init?(_ number: UInt32) {
    guard number > 0, number <= UInt32(Int32.max) else { return nil }
    self.number = number
  }

  /// The device that registers an account.
  public static let first = DeviceID(unchecked: 1)

  private init(unchecked number: UInt32) { self.number = number }

  public static func < (left: DeviceID, right: DeviceID) -> Bool { left.number < right.number }

  public init(from reader: inout MessagePackReader) throws(WireError) {
    guard let device = DeviceID(try UInt32(from: &reader)) else { throw .encoding(.integerOutOfRange) }
    self = device
  }

  public func write(to writer: inout MessagePackWriter) { number.write(to: &writer) }
}

/// One device of one account: where an envelope goes.
public struct DeviceAddress: Hashable, Sendable {
  public let account: AccountID
  public let device: DeviceID

  public init(account: AccountID, device: DeviceID) {
    self.account = account
    self.device = device
  }
}
