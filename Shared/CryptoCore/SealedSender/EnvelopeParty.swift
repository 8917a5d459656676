// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A device as envelopes know it: its address, its suite, its identity's fingerprint and its whole agreement key (X25519,
/// in hybrid suites followed by ML-KEM). Envelopes hold devices of different suites at once.
package struct EnvelopeParty: Hashable, Sendable {
  package let address: DeviceAddress
  package let suite: SuiteID
  let fingerprint: [UInt8]
  package let agreement: [UInt8]

  /// Of a suite that this version does not know, the agreement key begins with X25519 as in all others.
  ///
  /// Throws `invalidKeyLength`.
  package init(address: DeviceAddress, suite: SuiteID, fingerprint: [UInt8], agreement: [UInt8]) throws(CryptoError) {
    guard fingerprint.count == 32, agreement.count >= 32 else { throw .invalidKeyLength }
    if let known = KnownSuite(suite) {
      guard agreement.count == known.keySizes.agreement else { throw .invalidKeyLength }
    }
    self.address = address
    self.suite = suite
    self.fingerprint = fingerprint
    self.agreement = agreement
  }

  init<Provider: CryptoProvider>(_ device: RemoteDevice, provider: Provider.Type) throws(CryptoError) {
    try self.init(
      address: device.address, suite: device.keys.suite, fingerprint: device.keys.fingerprint(Provider.self),
      agreement: device.keys.agreement)
  }

  var x25519: [UInt8] { Array(agreement[0..<32]) }
  var mlkem: [UInt8] { Array(agreement[32...]) }

  /// account (16) ‖ device (u32) ‖ suite (u8) ‖ fingerprint (32)
  var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 53)
    writer.write(address.account)
    writer.write(address.device)
    writer.write(suite.rawValue)
    writer.write(fingerprint)
    return writer.finish()
  }
}

/// This device, as it writes and reads envelopes.
public struct EnvelopeIdentity<Provider: CryptoProvider>: Sendable {
  package let party: EnvelopeParty
  let x25519: SecretBytes
  /// Empty in suite 1.
  let mlkemSeed: SecretBytes

  /// Throws `unsupportedSuite` for a suite that envelopes do not know.
  public init(_ device: LocalDevice) throws(CryptoError) {
    try self.init(
      party: EnvelopeParty(device.asRemote, provider: Provider.self), agreementKey: device.agreementKey)
  }

  package init(party: EnvelopeParty, agreementKey: SecretBytes) throws(CryptoError) {
    let hasKEM = try party.suite.known().kem != nil
    guard agreementKey.count == 32 + (hasKEM ? MLKEMParameterSet.seedSize : 0) else { throw .invalidKeyLength }
    self.party = party
    x25519 = agreementKey.slice(0..<32)
    mlkemSeed = agreementKey.slice(32..<agreementKey.count)
  }

  /// The key under which a sender proves itself to a recipient: HKDF over their two X25519 identities, so that either of
  /// them, and nobody else, can have made the proof.
  func senderKey(
    with other: EnvelopeParty, sender: EnvelopeParty, recipient: EnvelopeParty
  ) throws(CryptoError) -> SecretBytes {
    try Provider.hkdfSHA256(
      salt: SecretBytes(copying: [UInt8](repeating: 0, count: 32)),
      inputKey: Provider.x25519(privateKey: x25519, publicKey: other.x25519),
      info: ProtocolLabel.bytes(ProtocolLabel.envelopeSender) + sender.encoded + recipient.encoded, count: 32)
  }
}

/// A device to write to, prepared once: what stays the same for every envelope from us to it has been computed.
public struct EnvelopeRecipient<Provider: CryptoProvider>: Sendable {
  let party: EnvelopeParty
  /// The suite of its header: the device's own, or suite 1 from a sender who does not know that one.
  let suite: SuiteID
  package let senderKey: SecretBytes

  /// Whether the content key is wrapped for it under ML-KEM beside X25519. An envelope is for devices of one kind.
  public var isHybrid: Bool { suite != .classic }

  /// Throws `invalidKey` for a key that nobody can write to: leave such a device out.
  public init(
    _ device: RemoteDevice, from sender: EnvelopeIdentity<Provider>
  ) throws(CryptoError) {
    try self.init(party: EnvelopeParty(device, provider: Provider.self), from: sender)
  }

  package init(
    party: EnvelopeParty, from sender: EnvelopeIdentity<Provider>, suite: SuiteID? = nil
  ) throws(CryptoError) {
    self.party = party
    self.suite = suite ?? KnownSuite(party.suite)?.id ?? .classic
    senderKey = try sender.senderKey(with: party, sender: sender.party, recipient: party)
    if let set = try self.suite.known().kem {
      try Provider.mlkemCheck(publicKey: party.mlkem, set: set)
    }
  }
}
