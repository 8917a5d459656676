// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Everything that two parties must agree on about a session. Its digest goes into the derivation of the session's
/// secrets and into the associated data of every message, so a message opens only for a receiver that sees the same
/// version, suite, accounts, devices, identities and prekeys.
///
/// Roots and devices are bound as they were certified, whole and with their suites' numbers, whatever the session's
/// suite is: two parties of whom one was shown a stripped view of the other never open each other's messages.
struct SessionTranscript<Suite: CipherSuite> {
  let initiator: RemoteDevice
  let responder: RemoteDevice
  let header: PreKeyHeader<Suite>
  let signedPreKey: [UInt8]
  let fourthPreKey: [UInt8]?

  /// SHA-256 over label ‖ 00 ‖ suite ‖ version and then each field behind its length (u32), absent ones as empty.
  var digest: [UInt8] {
    var writer = ByteWriter(capacity: 1_024)
    writer.write(ProtocolLabel.bytes(ProtocolLabel.transcript, suite: Suite.id))
    writer.write(CiphertextMessage.version)
    Self.write(initiator, to: &writer)
    Self.write(responder, to: &writer)
    writer.writeFramed(header.encoded)
    writer.writeFramed(signedPreKey)
    writer.writeFramed(fourthPreKey ?? [])
    return Suite.digest(writer.finish())
  }

  private static func write(_ device: RemoteDevice, to writer: inout ByteWriter) {
    writer.writeFramed(device.address.account)
    writer.write(device.address.device)
    writer.write(device.root.suite.rawValue)
    writer.writeFramed(device.root.bytes)
    writer.write(device.keys.suite.rawValue)
    writer.writeFramed(device.keys.signing)
    writer.writeFramed(device.keys.agreement)
  }
}
