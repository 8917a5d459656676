// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import ScriptedCrypto

private typealias Provider = ScriptedProvider
private typealias Server = NativeClassicSuite

extension Topic {
  static let sealedSender = Topic(
    "construct/sealed-sender", "Construct's sealed sender: certificates, and an envelope to devices of every suite",
    formats: [.cases(with: "trustRoot", "certificate", "contentKey", "devices", "envelope", check: check)])
}

private func check(_ test: JSONValue) throws {
  let senderKeys = try test.value("sender")
  let sender = try identity(senderKeys)
  let (server, certificate) = try certificates(test, sender: sender.party)
  let devices = try test.list("devices")
  let recipients = try devices.map { try EnvelopeRecipient(party: identity($0).party, from: sender) }
  let content = try test.bytes("content")
  let randomness = try devices.reduce(test.bytes("contentKey") + test.bytes("ephemeral")) {
    try $0 + $1.bytes("encapsulationRandomness")
  }
  let envelope = try Provider.with(.exactly(randomness)) {
    try MultiRecipientEnvelope.sealMixed(content, certificate: certificate, to: recipients)
  }.result
  try expect("body", Array(envelope.bytes[envelope.body]), is: test.bytes("body"))
  for (index, answer) in devices.enumerated() {
    try expect("sender key \(index)", recipients[index].senderKey, is: answer.bytes("senderKey"))
    let received = envelope.envelope(for: envelope.recipients[index])
    let parsed = try SealedEnvelope(bytes: received)
    try expect("ephemeral key", parsed.ephemeral, is: test.bytes("ephemeralPublic"))
    try expect("ciphertext \(index)", Provider.sha256(parsed.header.ciphertext), is: answer.bytes("ciphertextHash"))
    try expect("wrapped key \(index)", parsed.header.wrappedKey, is: answer.bytes("wrappedKey"))
    try expect("tag \(index)", parsed.header.tag, is: answer.bytes("tag"))
    try expect("received \(index)", Provider.sha256(received), is: answer.bytes("receivedHash"))
    let opened = try parsed.open(as: identity(answer)).verified(
      sender: sender.party, serverCertificates: [server], now: 1_000_000)
    try expect("opened \(index)", opened, is: content)
  }
  try expect("envelope", envelope.bytes, is: test.bytes("envelope"))
}

private func identity(_ device: JSONValue) throws -> EnvelopeIdentity<Provider> {
  guard let number = try UInt8(exactly: device.integer("suite")) else {
    throw VectorProblem.malformed("has no such suite")
  }
  let id = SuiteID(rawValue: number)
  let (exchange, seed) = try (device.secret("x25519"), device.secret("mlkemSeed"))
  var agreement = try Provider.x25519PublicKey(of: exchange)
  switch id {
  case .hybrid: agreement += try Provider.mlkemPublicKey(of: seed, set: .mlkem768)
  case .hybridLevel5: agreement += try Provider.mlkemPublicKey(of: seed, set: .mlkem1024)
  default: break
  }
  try expect("agreement key", Provider.sha256(agreement), is: device.bytes("agreementHash"))
  let party = try EnvelopeParty(
    address: DeviceAddress(account: device.bytes("account"), device: device.uint32("device")), suite: id,
    fingerprint: device.bytes("fingerprint"), agreement: agreement)
  return try EnvelopeIdentity(party: party, agreementKey: SecretBytes(concatenating: [exchange, seed]))
}

private func certificates(
  _ test: JSONValue, sender: EnvelopeParty
) throws -> (ServerCertificate<Server>, UnverifiedSenderCertificate) {
  let root = try TrustRootKeyPair<Server>(serialized: test.secret("trustRoot"))
  try expect("trust root", root.publicKey.bytes, is: test.bytes("trustRootPublic"))
  let key = try CertificateKeyPair<Server>(id: 5, serialized: test.secret("server"))
  let server = try root.certify(key, expires: 2_000_000)
  try expect("server certificate", server.bytes, is: test.bytes("serverCertificate"))
  let certificate = try key.certify(
    sender.address, suite: sender.suite, signingKey: test.value("sender").bytes("signing"),
    agreementKey: sender.agreement, now: 1_000_000)
  try expect("certificate", certificate.bytes, is: test.bytes("certificate"))
  return (try server.verified(by: root.publicKey), certificate)
}
