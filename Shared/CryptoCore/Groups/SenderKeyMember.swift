// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A device that may read a sender's messages to a group, as 16 bytes: the start of SHA-256 over "Construct sender key
/// member v1" ‖ 00 ‖ account ‖ device (u32) ‖ suite (u8) ‖ fingerprint of its identity. A device with a new identity is
/// another one.
public struct SenderKeyMember: Hashable, Sendable {
  static let size = 16
  let tag: [UInt8]

  public init<Provider: CryptoProvider>(_ device: RemoteDevice, provider: Provider.Type) {
    var writer = ByteWriter(capacity: 96)
    writer.write(ProtocolLabel.bytes(ProtocolLabel.senderKeyMember))
    writer.write(device.address.account)
    writer.write(device.address.device)
    writer.write(device.keys.suite.rawValue)
    writer.write(device.keys.fingerprint(Provider.self))
    tag = Array(Provider.sha256(writer.finish())[0..<Self.size])
  }

  init(tag: [UInt8]) {
    self.tag = tag
  }
}
