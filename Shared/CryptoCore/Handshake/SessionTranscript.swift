// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Everything that two parties must agree on about a session. Its digest is part of the associated data of every
/// message, so a message opens only for a receiver that sees the same version, suite, accounts, devices, identities and
/// prekeys.
struct SessionTranscript<Suite: CipherSuite> {
  let initiator: RemoteDevice<Suite>
  let responder: RemoteDevice<Suite>
  let header: PreKeyHeader<Suite>
  let signedPreKey: [UInt8]
  let fourthPreKey: [UInt8]?
  let kemPreKey: [UInt8]?

  /// SHA-256 over label ‖ 00 ‖ suite ‖ version and then each field behind its length (u32), absent ones as empty.
  var digest: [UInt8] {
    var writer = ByteWriter(capacity: 640)
    writer.write(ProtocolLabel.bytes(ProtocolLabel.transcript, suite: Suite.id))
    writer.write(CiphertextMessage.version)
    Self.write(initiator, to: &writer)
    Self.write(responder, to: &writer)
    writer.writeFramed(header.encoded)
    writer.writeFramed(signedPreKey)
    writer.writeFramed(fourthPreKey ?? [])
    writer.writeFramed(kemPreKey ?? [])
    return Suite.digest(writer.bytes)
  }

  private static func write(_ device: RemoteDevice<Suite>, to writer: inout ByteWriter) {
    writer.writeFramed(device.address.account)
    writer.write(device.address.device)
    writer.writeFramed(device.rootIdentity.bytes)
    writer.writeFramed(device.identity.signing)
    writer.writeFramed(device.identity.agreement)
  }
}
