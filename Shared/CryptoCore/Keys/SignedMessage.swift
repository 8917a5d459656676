// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The byte strings that signatures are made over. Whoever checks a signature, client or server, builds the same bytes.
public enum SignedMessage {
  /// `"Construct prekey v1" ‖ 00 ‖ suite (u8) ‖ kind (u8) ‖ id (u32, big-endian) ‖ public key`, by the device's signing
  /// key.
  public static func preKey(suite: SuiteID, kind: PreKeyKind, id: UInt32, publicKey: [UInt8]) -> [UInt8] {
    var writer = ByteWriter(capacity: 32 + publicKey.count)
    writer.write(ProtocolLabel.bytes(ProtocolLabel.preKey, suite: suite))
    writer.write(kind.rawValue)
    writer.write(id)
    writer.write(publicKey)
    return writer.finish()
  }

  /// `"Construct device list v1" ‖ 00 ‖ payload`, by the account's root key.
  public static func deviceList(payload: [UInt8]) -> [UInt8] {
    ProtocolLabel.bytes(ProtocolLabel.deviceList) + payload
  }

  /// `"Construct login v1" ‖ 00 ‖ payload`, by the device's signing key.
  public static func login(payload: [UInt8]) -> [UInt8] {
    ProtocolLabel.bytes(ProtocolLabel.login) + payload
  }
}

/// What a signed prekey is for; the number is signed with it, so that one kind cannot pass for another.
public enum PreKeyKind: UInt8, Sendable, CaseIterable {
  /// Medium-term, one at a time, replaced every few days.
  case signed = 1
  /// Stands in when one-time prekeys have run out.
  case lastResort = 2
  /// Handed out once. Suites without a KEM do not sign it.
  case oneTime = 3
}
