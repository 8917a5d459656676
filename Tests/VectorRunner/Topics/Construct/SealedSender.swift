// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import ScriptedCrypto

private typealias Provider = ScriptedProvider

extension Topic {
  static let sealedSender = Topic(
    "construct/sealed-sender",
    "Construct's sealed sender: certificates, and envelopes of suite 1 and of suites 2 and 3",
    formats: [
      .cases(with: "suite", "trustRoot", "certificate", "contentKey", "devices", "envelope") { test in
        switch try test.integer("suite") as Int {
        case 1: try check(test, signedIn: NativeClassicSuite.self)
        case 2: try check(test, signedIn: NativeHybridSuite.self)
        case let suite: throw VectorProblem.malformed("has certificates of suite \(suite)")
        }
      }
    ])
}

private func check<Server: CipherSuite>(_ test: JSONValue, signedIn: Server.Type) throws {
  let sender = try identity(test.value("sender"))
  let server: ServerCertificate<Server> = try serverCertificate(test)
  let certificate = try senderCertificate(test, of: sender.party, server: server)
  let devices = try test.list("devices")
  let recipients = try devices.map { try EnvelopeRecipient(party: identity($0).party, from: sender) }
  let (content, contentKey) = try (test.bytes("content"), test.bytes("contentKey"))
  let randomness = try devices.reduce(contentKey + test.bytes("ephemeral")) {
    try $0 + $1.bytes("encapsulationRandomness")
  }
  let envelope = try Provider.with(.exactly(randomness)) {
    try MultiRecipientEnvelope.seal(content, certificate: certificate, to: recipients)
  }.result
  let body = Array(envelope.bytes[envelope.body])
  try expect("body", body, is: test.bytes("body"))
  let text = try Provider.chaCha20Poly1305Open(
    body, key: test.secret("bodyKey"), nonce: test.bytes("bodyNonce"),
    associatedData: [1] + test.bytes("ephemeralPublic"))
  try expect("certificate in the body", Array(text[2..<(2 + certificate.bytes.count)]), is: certificate.bytes)
  for (index, answer) in devices.enumerated() {
    try expect("sender key \(index)", recipients[index].senderKey, is: answer.bytes("senderKey"))
    let received = envelope.envelope(for: envelope.recipients[index])
    let parsed = try SealedEnvelope(bytes: received)
    try expect("ephemeral key", parsed.ephemeral, is: test.bytes("ephemeralPublic"))
    try checkKeys(of: parsed.header, answer, ephemeral: parsed.ephemeral, contentKey: contentKey)
    try expect("received \(index)", Provider.sha256(received), is: answer.bytes("receivedHash"))
    let opened = try parsed.open(as: identity(answer)).verified(
      sender: sender.party, serverCertificates: [server], now: 1_000_000)
    try expect("opened \(index)", opened, is: content)
  }
  try expect("envelope", envelope.bytes, is: test.bytes("envelope"))
}

/// What a header wraps the content key with (docs/protocol.md, section 16.3), as its device computes it.
private func checkKeys(
  of header: EnvelopeHeader, _ answer: JSONValue, ephemeral: [UInt8], contentKey: [UInt8]
) throws {
  try expect("ciphertext", Provider.sha256(header.ciphertext), is: answer.bytes("ciphertextHash"))
  let exchange = try Provider.x25519(privateKey: answer.secret("x25519"), publicKey: ephemeral)
  try expect("dh", exchange, is: answer.bytes("dh"))
  var kemSecret: [UInt8] = []
  if let set = try header.suite.known().kem {
    kemSecret = try Provider.mlkemDecapsulate(header.ciphertext, seed: answer.secret("mlkemSeed"), set: set).exposed()
  }
  try expect("KEM secret", kemSecret, is: answer.bytes("kemSecret"))
  try expect("wrapped key", header.wrappedKey, is: answer.bytes("wrappedKey"))
  try expect("pad", zip(header.wrappedKey, contentKey).map { $0 ^ $1 }, is: answer.bytes("pad"))
  try expect("tag", header.tag, is: answer.bytes("tag"))
}

private func identity(_ device: JSONValue) throws -> EnvelopeIdentity<Provider> {
  guard let number = try UInt8(exactly: device.integer("suite")), let suite = KnownSuite(rawValue: number) else {
    throw VectorProblem.malformed("has no such suite")
  }
  let (exchange, seed) = try (device.secret("x25519"), device.secret("mlkemSeed"))
  var agreement = try Provider.x25519PublicKey(of: exchange)
  if let set = suite.kem { agreement += try Provider.mlkemPublicKey(of: seed, set: set) }
  try expect("agreement key", Provider.sha256(agreement), is: device.bytes("agreementHash"))
  let fingerprint = try device.bytes("fingerprint")
  let label = Array("Construct device identity v1\0".utf8)
  try expect(
    "fingerprint", Provider.sha256(label + [number] + device.bytes("signing") + agreement), is: fingerprint)
  let party = try EnvelopeParty(
    address: DeviceAddress(account: device.bytes("account"), device: device.uint32("device")), suite: suite.id,
    fingerprint: fingerprint, agreement: agreement)
  return try EnvelopeIdentity(party: party, agreementKey: SecretBytes(concatenating: [exchange, seed]))
}

/// As the file has it: a hybrid signature is made with randomness that nobody knows. What is not signature has to be
/// what the core makes.
private func serverCertificate<Server: CipherSuite>(_ test: JSONValue) throws -> ServerCertificate<Server> {
  let root = try TrustRootKeyPair<Server>(serialized: test.secret("trustRoot"))
  try expect("trust root", root.publicKey.bytes, is: test.bytes("trustRootPublic"))
  let key = try CertificateKeyPair<Server>(id: 5, serialized: test.secret("server"))
  let certificate = try test.bytes("serverCertificate")
  try expectSame("server certificate", root.certify(key, expires: 2_000_000).bytes, certificate, in: Server.self)
  return try UnverifiedServerCertificate(bytes: certificate).verified(by: root.publicKey)
}

private func senderCertificate<Server: CipherSuite>(
  _ test: JSONValue, of sender: EnvelopeParty, server: ServerCertificate<Server>
) throws -> UnverifiedSenderCertificate {
  let key = try CertificateKeyPair<Server>(id: 5, serialized: test.secret("server"))
  let made = try key.certify(
    sender.address, suite: sender.suite, signingKey: test.value("sender").bytes("signing"),
    agreementKey: sender.agreement, now: 1_000_000)
  let certificate = try test.bytes("certificate")
  try expectSame("certificate", made.bytes, certificate, in: Server.self)
  return try UnverifiedSenderCertificate(bytes: certificate)
}

/// Certificates but for the ML-DSA part of their signatures, which is not the same twice.
private func expectSame<Server: CipherSuite>(
  _ name: String, _ made: [UInt8], _ expected: [UInt8], in _: Server.Type
) throws {
  let lattice = Server.signatureSize - NativeClassicSuite.signatureSize
  try expect(name, Array(made.dropLast(lattice)), is: Array(expected.dropLast(lattice)))
  try expect("size of the \(name)", made.count, is: expected.count)
}
