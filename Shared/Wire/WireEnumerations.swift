// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// A closed enumeration whose raw number is the wire's.
public protocol WireEnumeration: WireValue, RawRepresentable where RawValue == UInt64 {}

extension WireEnumeration {
  public init(from reader: inout MessagePackReader) throws(WireError) {
    let number = try UInt64(from: &reader)
    guard let value = Self(rawValue: number) else { throw .unknownCase(number) }
    self = value
  }

  public func write(to writer: inout MessagePackWriter) { rawValue.write(to: &writer) }
}

/// Whether a ciphertext begins a session.
public enum CiphertextKind: UInt64, WireEnumeration {
  /// An initial message: it carries what the recipient needs for the handshake.
  case preKeyMessage = 1
  /// A message of a session that stands.
  case message = 2
}

/// A service that wakes devices.
public enum PushProvider: UInt64, WireEnumeration {
  case apns = 1
  case apnsVoIP = 2
  case fcm = 3
  case webPush = 4
  case unifiedPush = 5
}
