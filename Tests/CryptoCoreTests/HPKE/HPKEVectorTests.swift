// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("HPKE vectors")
struct HPKEVectorTests {
  typealias KEM = DHKEMX25519<ScriptedProvider>

  struct File: Decodable {
    let cases: [Case]
  }

  struct Case: Decodable {
    struct Encryption: Decodable {
      let seq: Int
      let aad: Hex
      let ct: Hex
      let nonce: Hex
      let pt: Hex
    }

    struct Export: Decodable {
      let exporter_context: Hex
      let L: Int
      let exported_value: Hex
    }

    let mode: UInt8
    let kem_id: UInt16
    let kdf_id: UInt16
    let aead_id: UInt16
    let info: Hex
    let ikmR: Hex
    let ikmE: Hex
    let ikmS: Hex?
    let skRm: Hex
    let pkRm: Hex
    let skEm: Hex?
    let skSm: Hex?
    let pkSm: Hex?
    let psk: Hex?
    let psk_id: Hex?
    let enc: Hex
    let key: Hex
    let base_nonce: Hex
    let shared_secret: Hex
    let exporter_secret: Hex
    let encryptions: [Encryption]
    let exports: [Export]

    var encryption: HPKEEncryption? { HPKEEncryption(rawValue: aead_id) }

    func preSharedKey() throws -> HPKEPreSharedKey? {
      guard let psk, let psk_id else { return nil }
      return try HPKEPreSharedKey(secret: psk.secret, id: psk_id.bytes)
    }
  }

  @Test("every case of RFC 9180 with our algorithms agrees in both directions, key by key")
  func rfc9180() throws {
    var modes: Set<UInt8> = []
    for test in try VectorFile.load("hpke", "rfc9180_dhkem_x25519", as: File.self).cases {
      guard test.kdf_id == 1, let encryption = test.encryption else { continue }
      modes.insert(test.mode)
      try checkDerivedKeys(test)
      var sender = try sender(test, encryption)
      var receiver = try receiver(test, encryption)
      #expect(sender.encapsulatedKey == test.enc.bytes)
      try checkSchedule(test, encryption)
      try checkMessages(test, sender: &sender, receiver: &receiver)
      try checkExports(test, sender: sender, receiver: receiver)
    }
    #expect(modes == [0, 1, 2, 3])
  }

  private func checkDerivedKeys(_ test: Case) throws {
    #expect(try KEM.derivePrivateKey(from: test.ikmR.secret).exposed() == test.skRm.bytes)
    #expect(try KEM.publicKey(of: test.skRm.secret) == test.pkRm.bytes)
    #expect(try KEM.derivePrivateKey(from: test.ikmE.secret).exposed() == test.skEm?.bytes)
    if let material = test.ikmS {
      #expect(try KEM.derivePrivateKey(from: material.secret).exposed() == test.skSm?.bytes)
    }
  }

  private func sender(_ test: Case, _ encryption: HPKEEncryption) throws -> HPKESender<KEM> {
    try ScriptedProvider.withRandomness(#require(test.skEm).bytes) {
      if let privateKey = test.skSm {
        return try HPKESender(
          to: test.pkRm.bytes, from: privateKey.secret, info: test.info.bytes, preSharedKey: test.preSharedKey(),
          encryption: encryption)
      }
      return try HPKESender(
        to: test.pkRm.bytes, info: test.info.bytes, preSharedKey: test.preSharedKey(), encryption: encryption)
    }
  }

  private func receiver(_ test: Case, _ encryption: HPKEEncryption) throws -> HPKEReceiver<KEM> {
    if let publicKey = test.pkSm {
      return try HPKEReceiver(
        encapsulatedKey: test.enc.bytes, privateKey: test.skRm.secret, from: publicKey.bytes, info: test.info.bytes,
        preSharedKey: test.preSharedKey(), encryption: encryption)
    }
    return try HPKEReceiver(
      encapsulatedKey: test.enc.bytes, privateKey: test.skRm.secret, info: test.info.bytes,
      preSharedKey: test.preSharedKey(), encryption: encryption)
  }

  private func checkSchedule(_ test: Case, _ encryption: HPKEEncryption) throws {
    let secret =
      if let sender = test.pkSm {
        try KEM.decapsulate(test.enc.bytes, privateKey: test.skRm.secret, from: sender.bytes)
      } else {
        try KEM.decapsulate(test.enc.bytes, privateKey: test.skRm.secret)
      }
    #expect(secret.exposed() == test.shared_secret.bytes)
    let context = try HPKEContext<KEM>(
      sharedSecret: secret, isAuthenticated: test.pkSm != nil, info: test.info.bytes,
      preSharedKey: test.preSharedKey(), encryption: encryption)
    #expect(context.key.exposed() == test.key.bytes)
    #expect(context.baseNonce == test.base_nonce.bytes)
    #expect(context.exporterSecret.exposed() == test.exporter_secret.bytes)
  }

  private func checkExports<Tested: HPKEKEM>(
    _ test: Case, sender: HPKESender<Tested>, receiver: HPKEReceiver<Tested>
  ) throws {
    #expect(!test.exports.isEmpty)
    for export in test.exports {
      let context = export.exporter_context.bytes
      #expect(try sender.export(context: context, count: export.L).exposed() == export.exported_value.bytes)
      #expect(try receiver.export(context: context, count: export.L).exposed() == export.exported_value.bytes)
    }
  }

  @Test("the draft's case with X-Wing agrees in both directions")
  func xwing() throws {
    typealias Hybrid = XWing<ScriptedProvider>
    let test = try #require(VectorFile.load("hpke", "hpke_pq_draft", as: File.self).cases.first)
    #expect(test.kem_id == Hybrid.id && test.kdf_id == 1 && test.encryption == .chaCha20Poly1305)
    let privateKey = try Hybrid.privateKey(seed: test.skRm.secret)
    #expect(try Hybrid.publicKey(of: privateKey) == test.pkRm.bytes)
    // ML-KEM's randomness, then the ephemeral X25519 key.
    var sender = try ScriptedProvider.withRandomness(test.ikmE.bytes) {
      try HPKESender<Hybrid>(to: test.pkRm.bytes, info: test.info.bytes)
    }
    #expect(sender.encapsulatedKey == test.enc.bytes)
    #expect(try Hybrid.decapsulate(test.enc.bytes, privateKey: privateKey).exposed() == test.shared_secret.bytes)
    var receiver = try HPKEReceiver<Hybrid>(
      encapsulatedKey: test.enc.bytes, privateKey: privateKey, info: test.info.bytes)
    try checkMessages(test, sender: &sender, receiver: &receiver)
    try checkExports(test, sender: sender, receiver: receiver)
  }

  /// The file has some of 257 messages; those between are sealed and opened for the count.
  private func checkMessages<Tested: HPKEKEM>(
    _ test: Case, sender: inout HPKESender<Tested>, receiver: inout HPKEReceiver<Tested>
  ) throws {
    var number = 0
    for message in test.encryptions {
      while number < message.seq {
        let filler = try sender.seal([])
        #expect(try receiver.open(filler) == [])
        number += 1
      }
      #expect(try sender.seal(message.pt.bytes, associatedData: message.aad.bytes) == message.ct.bytes)
      #expect(try receiver.open(message.ct.bytes, associatedData: message.aad.bytes) == message.pt.bytes)
      number += 1
    }
    #expect(test.encryptions.isEmpty == (test.encryption == .exportOnly))
  }
}
