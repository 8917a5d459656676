// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

/// Devices of a test group and one of them that sends.
struct SenderKeyParties {
  typealias Provider = NativeCryptoProvider
  typealias Outgoing = OutgoingSenderKey<Provider>
  typealias Record = SenderKeyRecord<Provider>

  let group: GroupID
  let sender: DeviceAddress
  let members: [SenderKeyMember]
  var key: Outgoing
  var record: Record

  init(members count: Int = 3) throws {
    group = try GroupID(bytes: [UInt8](repeating: 0x60, count: 16))
    sender = try DeviceAddress(account: [UInt8](repeating: 0xA1, count: 16), device: 1)
    members = try (0..<count).map { try Self.member(Self.device(UInt8($0 + 1))) }
    key = try Outgoing(group: group, sender: sender, now: 0)
    record = Record(group: group, sender: sender)
    _ = try key.reconcile(with: members, now: 0)
    _ = try key.distribute(to: members)
    try record.add(key.distribution)
  }

  static func device(_ account: UInt8) throws -> RemoteDevice {
    try Party<NativeClassicSuite>(account: account).remote
  }

  static func member(_ device: RemoteDevice) -> SenderKeyMember {
    SenderKeyMember(device, provider: Provider.self)
  }

  /// Encrypts, sending the state through its stored form.
  mutating func send(_ text: String) throws -> SenderKeyMessage {
    let message = try key.encrypt(Array(text.utf8))
    key = try Outgoing(serialized: key.serialized())
    return message
  }

  /// Decrypts, sending the state through its stored form.
  mutating func receive(_ message: SenderKeyMessage) throws -> String {
    let plaintext = try record.decrypt(message)
    record = try Record(serialized: record.serialized())
    return String(decoding: plaintext, as: UTF8.self)
  }
}
