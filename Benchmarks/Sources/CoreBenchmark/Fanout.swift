// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// Sealed sender to devices of one suite, and sender keys, which are the same in every suite.
enum Fanout {
  private typealias Provider = NativeCryptoProvider
  private static let text = [UInt8](repeating: 0x61, count: 256)

  static func sealedSender<Suite: CipherSuite>(
    _ suite: Suite.Type, by primitives: Primitives
  ) throws -> [Measurement]
  where Suite.Provider == NativeCryptoProvider {
    let server = try CertificateKeyPair<Suite>(id: 1)
    let root = try TrustRootKeyPair<Suite>()
    let authority = try root.certify(server, expires: 1_000_000).verified(by: root.publicKey)
    let sender = try Device<Suite>(account: 1)
    let keys = sender.local.asRemote.keys
    let certificate = try server.certify(
      sender.local.asRemote.address, suite: Suite.id, signingKey: keys.signing, agreementKey: keys.agreement, now: 0)
    let identity = try EnvelopeIdentity<Provider>(sender.local)
    let device = try Device<Suite>(account: 2)
    // One device under many numbers: its keys cost as much as anybody's.
    let recipients = try (1...1_000 as ClosedRange<UInt32>).map { number in
      let address = try DeviceAddress(account: device.local.asRemote.address.account, device: number)
      return try EnvelopeRecipient<Provider>(
        RemoteDevice(address: address, root: device.local.asRemote.root, keys: device.local.asRemote.keys),
        from: identity)
    }
    var results: [Measurement] = []
    for count in [1, 10, 1_000] {
      let few = Array(recipients.prefix(count))
      results.append(
        try .measure(
          "seal 256 bytes for \(count == 1_000 ? "1,000" : "\(count)") device\(count == 1 ? "" : "s")",
          by: primitives.x25519, batches: 5
        ) { _ in
          _ = try MultiRecipientEnvelope.seal(text, certificate: certificate, to: few)
        })
    }
    let envelope = try MultiRecipientEnvelope.seal(text, certificate: certificate, to: [recipients[0]])
    let received = envelope.envelope(for: envelope.recipients[0])
    let reader = try EnvelopeIdentity<Provider>(device.local)
    results.append(
      try .measure("open a sealed message", by: primitives.x25519) { _ in
        _ = try SealedEnvelope(bytes: received).open(as: reader).verified(
          sender: sender.local.asRemote, serverCertificates: [authority], now: 1)
      })
    return results
  }

  static func senderKeys(by primitives: Primitives) throws -> [Measurement] {
    let group = try GroupID(bytes: [UInt8](repeating: 1, count: 16))
    let sender = try DeviceAddress(account: [UInt8](repeating: 2, count: 16), device: 1)
    var key = try OutgoingSenderKey<Provider>(group: group, sender: sender, now: 0)
    var record = SenderKeyRecord<Provider>(group: group, sender: sender)
    try record.add(SenderKeyDistribution(serialized: key.distribute(to: []).serialized()))
    var messages: [SenderKeyMessage] = []
    let encrypt = try Measurement.measure("encrypt 256 bytes to a group", by: primitives.x25519) { _ in
      messages.append(try key.encrypt(text))
    }
    let decrypt = try Measurement.measure(
      "decrypt 256 bytes from a group", by: primitives.x25519, batches: 10, milliseconds: 4
    ) { number in
      _ = try record.decrypt(messages[number])
    }
    return [encrypt, decrypt]
  }
}
