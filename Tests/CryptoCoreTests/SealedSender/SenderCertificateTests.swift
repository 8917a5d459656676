// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Sender certificates")
struct SenderCertificateTests {
  private let parties: EnvelopeParties
  private let now = EnvelopeParties.now

  init() throws { parties = try EnvelopeParties() }

  private func verify(
    _ certificate: UnverifiedSenderCertificate, for party: EnvelopeParty? = nil,
    servers: [ServerCertificate<NativeClassicSuite>]? = nil, now: UInt64? = nil
  ) throws(CryptoError) {
    try certificate.verify(
      for: party ?? parties.sender.party, serverCertificates: servers ?? [parties.serverCertificate],
      now: now ?? self.now)
  }

  @Test("a certificate is valid for a day and not a second longer")
  func expiry() throws {
    #expect(parties.certificate.expires == now + 86_400)
    try verify(parties.certificate, now: now + 86_399)
    #expect(throws: CryptoError.certificateExpired) { try verify(parties.certificate, now: now + 86_400) }
  }

  @Test("nothing that the server's key signs outlives the key's own certificate")
  func serverExpiry() throws {
    let late = try EnvelopeParties.certificate(for: parties.sender, by: parties.serverKey, now: 1_999_999)
    try verify(late, now: 1_999_999)
    #expect(throws: CryptoError.certificateExpired) { try verify(late, now: 2_000_000) }
  }

  @Test("a key that the trust root has not certified signs nothing that counts")
  func chain() throws {
    let other = try CertificateKeyPair<NativeClassicSuite>(id: 7)
    let forged = try EnvelopeParties.certificate(for: parties.sender, by: other)
    #expect(throws: CryptoError.invalidSignature) { try verify(forged) }
    let unknown = try EnvelopeParties.certificate(
      for: parties.sender, by: CertificateKeyPair<NativeClassicSuite>(id: 8))
    #expect(throws: CryptoError.unknownCertificate) { try verify(unknown) }
    #expect(throws: CryptoError.unknownCertificate) { try verify(parties.certificate, servers: []) }
    let wrongRoot = try TrustRootKeyPair<NativeClassicSuite>()
    let selfMade = try wrongRoot.certify(other, expires: 2_000_000)
    #expect(throws: CryptoError.invalidSignature) { try selfMade.verified(by: parties.root.publicKey) }
  }

  @Test("a certificate speaks of one address, one suite and one identity")
  func subject() throws {
    let party = parties.sender.party
    func changed(
      account: UInt8? = nil, device: UInt32? = nil, suite: SuiteID? = nil, fingerprint: [UInt8]? = nil
    ) throws -> EnvelopeParty {
      let suite = suite ?? party.suite
      let kem = try suite.known().kem?.publicKeySize ?? 0
      return try EnvelopeParty(
        address: DeviceAddress(
          account: account.map { [UInt8](repeating: $0, count: 16) } ?? party.address.account,
          device: device ?? party.address.device),
        suite: suite, fingerprint: fingerprint ?? party.fingerprint,
        agreement: party.agreement + [UInt8](repeating: 0, count: kem))
    }
    try verify(parties.certificate, for: changed())
    for wrong in [
      try changed(account: 3), try changed(device: 9), try changed(suite: SuiteID(rawValue: 2)),
      try changed(fingerprint: [UInt8](repeating: 0, count: 32)),
    ] {
      #expect(throws: CryptoError.identityMismatch) { try verify(parties.certificate, for: wrong) }
    }
  }

  @Test("any changed, missing or added byte of either certificate is refused")
  func tampering() throws {
    let bytes = parties.certificate.bytes
    #expect(bytes.count == 67 + 64)
    for wrong in Self.mutations(of: bytes) {
      #expect(throws: CryptoError.self) { try verify(UnverifiedSenderCertificate(bytes: wrong)) }
    }
    let server = try parties.root.certify(parties.serverKey, expires: 2_000_000)
    #expect(server.bytes.count == 16 + 32 + 64)
    _ = try UnverifiedServerCertificate(bytes: server.bytes).verified(by: parties.root.publicKey)
    for wrong in Self.mutations(of: server.bytes) {
      #expect(throws: CryptoError.self) {
        try UnverifiedServerCertificate(bytes: wrong).verified(by: parties.root.publicKey)
      }
    }
  }

  private static func mutations(of bytes: [UInt8]) -> [[UInt8]] {
    var result = bytes.indices.map { Array(bytes.prefix($0)) } + [bytes + [0]]
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      result.append(changed)
    }
    return result
  }

  @Test("another version is refused by name, and 8 KiB are the most")
  func layout() throws {
    var newer = parties.certificate.bytes
    newer[0] = 2
    #expect(throws: CryptoError.unsupportedVersion) { try UnverifiedSenderCertificate(bytes: newer) }
    newer = try parties.root.certify(parties.serverKey, expires: 1).bytes
    newer[0] = 2
    #expect(throws: CryptoError.unsupportedVersion) { try UnverifiedServerCertificate(bytes: newer) }
    let padding = [UInt8](repeating: 0, count: 8_192 - parties.certificate.bytes.count)
    _ = try UnverifiedSenderCertificate(bytes: parties.certificate.bytes + padding)
    #expect(throws: CryptoError.malformed) {
      try UnverifiedSenderCertificate(bytes: parties.certificate.bytes + padding + [0])
    }
  }

  @Test("where the server signs in a hybrid suite, hybrid clients demand all of it and classic ones the classic part")
  func hybridServer() throws {
    let root = try TrustRootKeyPair<NativeHybridSuite>()
    let key = try CertificateKeyPair<NativeHybridSuite>(id: 3)
    let server = try root.certify(key, expires: 2_000_000)
    let certificate = try EnvelopeParties.certificate(for: parties.sender, by: key)
    func check(server: UnverifiedServerCertificate, _ certificate: UnverifiedSenderCertificate) throws(CryptoError) {
      try certificate.verify(
        for: parties.sender.party, serverCertificates: [server.verified(by: root.publicKey)], now: now)
    }
    func checkClassic(
      server: UnverifiedServerCertificate, _ certificate: UnverifiedSenderCertificate
    ) throws(CryptoError) {
      let view = try TrustRoot<NativeClassicSuite>(bytes: Array(root.publicKey.bytes[..<32]))
      try certificate.verify(
        for: parties.sender.party, serverCertificates: [server.verified(by: view)], now: now)
    }
    try check(server: server, certificate)
    try checkClassic(server: server, certificate)
    // Only the second part is wrong.
    var changed = certificate.bytes
    changed[changed.count - 1] ^= 1
    let half = try UnverifiedSenderCertificate(bytes: changed)
    #expect(throws: CryptoError.invalidSignature) { try check(server: server, half) }
    try checkClassic(server: server, half)
    // Only the first part is there, or not all of the second.
    for missing in [1, 3_308, 3_309] {
      let cut = try UnverifiedSenderCertificate(bytes: Array(certificate.bytes.dropLast(missing)))
      #expect(throws: CryptoError.invalidSignature) { try check(server: server, cut) }
      #expect(throws: CryptoError.invalidSignature) { try checkClassic(server: server, cut) }
    }
    // A classic certificate does not pass for a hybrid one.
    #expect(throws: CryptoError.unsupportedSuite) { try check(server: server, relabelled()) }
    #expect(throws: CryptoError.unsupportedSuite) {
      try parties.root.certify(parties.serverKey, expires: 1).verified(by: root.publicKey)
    }
  }

  /// The classic server's certificate under the hybrid server's id.
  private func relabelled() throws(CryptoError) -> UnverifiedSenderCertificate {
    let key = try CertificateKeyPair<NativeClassicSuite>(id: 3, serialized: parties.serverKey.serialized())
    let party = parties.sender.party
    return try key.certify(
      party.address, suite: party.suite, signingKey: [0xA1], agreementKey: party.agreement, now: now)
  }
}
