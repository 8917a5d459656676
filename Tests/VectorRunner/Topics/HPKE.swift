// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

private typealias KEM = DHKEMX25519<ScriptedProvider>
private typealias Hybrid = XWing<ScriptedProvider>

extension Topic {
  static let hpke = Topic(
    "hpke", "HPKE with DHKEM(X25519) in all modes or X-Wing, HKDF-SHA256 and ChaCha20-Poly1305 (RFC 9180, hpke-pq)",
    formats: [.cases(with: "mode", "kem_id", "kdf_id", "aead_id", "enc", check: check)])
}

private func check(_ test: JSONValue) throws {
  let encryption = try encryption(of: test)
  guard try test.integer("kem_id") == Int(KEM.id) else {
    try checkHybrid(test, encryption)
    return
  }
  try checkKeys(test)
  let (sender, receiver) = try (sender(test, encryption), receiver(test, encryption))
  let other = try test.optionalBytes("pkSm")
  let (encapsulated, privateKey) = try (test.bytes("enc"), test.secret("skRm"))
  let secret =
    if let other {
      try KEM.decapsulate(encapsulated, privateKey: privateKey, from: other)
    } else {
      try KEM.decapsulate(encapsulated, privateKey: privateKey)
    }
  try checkSchedule(test, secret, encryption, KEM.self)
  try checkContexts(test, sender, receiver)
}

/// X-Wing, which has no authenticated modes. Its randomness is ML-KEM's and then the ephemeral X25519 key.
private func checkHybrid(_ test: JSONValue, _ encryption: HPKEEncryption) throws {
  let (publicKey, info) = try (test.bytes("pkRm"), test.bytes("info"))
  let privateKey = try Hybrid.privateKey(seed: test.secret("skRm"))
  try expect("pkRm", Hybrid.publicKey(of: privateKey), is: publicKey)
  let sender = try ScriptedProvider.with(.exactly(test.bytes("ikmE"))) {
    try HPKESender<Hybrid>(to: publicKey, info: info, preSharedKey: preSharedKey(of: test), encryption: encryption)
  }.result
  let encapsulated = try test.bytes("enc")
  let receiver = try HPKEReceiver<Hybrid>(
    encapsulatedKey: encapsulated, privateKey: privateKey, info: info, preSharedKey: preSharedKey(of: test),
    encryption: encryption)
  try checkSchedule(test, Hybrid.decapsulate(encapsulated, privateKey: privateKey), encryption, Hybrid.self)
  try checkContexts(test, sender, receiver)
}

/// The encapsulated key, the messages in both directions, and the exports.
private func checkContexts<Tested: HPKEKEM>(
  _ test: JSONValue, _ sender: HPKESender<Tested>, _ receiver: HPKEReceiver<Tested>
) throws {
  var (sender, receiver) = (sender, receiver)
  try expect("encapsulated key", sender.encapsulatedKey, is: test.bytes("enc"))
  try checkMessages(test, &sender, &receiver)
  for export in try test.list("exports") {
    let (context, count) = try (export.bytes("exporter_context"), export.integer("L"))
    let expected = try export.bytes("exported_value")
    try expect("the sender's export", sender.export(context: context, count: count), is: expected)
    try expect("the receiver's export", receiver.export(context: context, count: count), is: expected)
  }
}

/// Skips what is not ours.
private func encryption(of test: JSONValue) throws -> HPKEEncryption {
  let (kem, kdf, aead): (Int, Int, Int) = try (
    test.integer("kem_id"), test.integer("kdf_id"), test.integer("aead_id")
  )
  guard [KEM.id, Hybrid.id].map(Int.init).contains(kem) else {
    let name =
      test["kem_name"]?.text ?? [16: "DHKEM(P-256)", 17: "DHKEM(P-384)", 18: "DHKEM(P-521)", 33: "DHKEM(X448)"][kem]
    throw VectorProblem.skipped("HPKE with the KEM \(name ?? "\(kem)"): only DHKEM(X25519) and X-Wing are used")
  }
  guard kdf == 1 else { throw VectorProblem.skipped("HPKE with another KDF than HKDF-SHA256") }
  guard let encryption = UInt16(exactly: aead).flatMap(HPKEEncryption.init) else {
    throw VectorProblem.skipped("HPKE with another AEAD than ChaCha20-Poly1305")
  }
  return encryption
}

private func checkKeys(_ test: JSONValue) throws {
  for (name, isPresent) in [("R", true), ("E", true), ("S", test["ikmS"] != nil)] where isPresent {
    let privateKey = try KEM.derivePrivateKey(from: test.secret("ikm\(name)"))
    try expect("sk\(name)m", privateKey, is: test.bytes("sk\(name)m"))
    try expect("pk\(name)m", KEM.publicKey(of: privateKey), is: test.bytes("pk\(name)m"))
  }
}

private func preSharedKey(of test: JSONValue) throws -> HPKEPreSharedKey? {
  guard let secret = try test.optionalBytes("psk"), !secret.isEmpty else { return nil }
  return try HPKEPreSharedKey(secret: SecretBytes(copying: secret), id: test.bytes("psk_id"))
}

private func sender(_ test: JSONValue, _ encryption: HPKEEncryption) throws -> HPKESender<KEM> {
  let (publicKey, info) = try (test.bytes("pkRm"), test.bytes("info"))
  return try ScriptedProvider.with(.exactly(test.bytes("skEm"))) {
    if let privateKey = try test.optionalSecret("skSm") {
      return try HPKESender(
        to: publicKey, from: privateKey, info: info, preSharedKey: preSharedKey(of: test), encryption: encryption)
    }
    return try HPKESender(to: publicKey, info: info, preSharedKey: preSharedKey(of: test), encryption: encryption)
  }.result
}

private func receiver(_ test: JSONValue, _ encryption: HPKEEncryption) throws -> HPKEReceiver<KEM> {
  let (encapsulated, privateKey, info) = try (test.bytes("enc"), test.secret("skRm"), test.bytes("info"))
  if let publicKey = try test.optionalBytes("pkSm") {
    return try HPKEReceiver(
      encapsulatedKey: encapsulated, privateKey: privateKey, from: publicKey, info: info,
      preSharedKey: preSharedKey(of: test), encryption: encryption)
  }
  return try HPKEReceiver(
    encapsulatedKey: encapsulated, privateKey: privateKey, info: info, preSharedKey: preSharedKey(of: test),
    encryption: encryption)
}

private func checkSchedule<Tested: HPKEKEM>(
  _ test: JSONValue, _ secret: SecretBytes, _ encryption: HPKEEncryption, _ kem: Tested.Type
) throws {
  let isAuthenticated = test["pkSm"] != nil
  try expect("shared secret", secret, is: test.bytes("shared_secret"))
  let preSharedKey = try preSharedKey(of: test)
  let mode = (isAuthenticated ? 2 : 0) + (preSharedKey == nil ? 0 : 1)
  try expect("mode", mode, is: test.integer("mode"))
  let context = try HPKEContext<Tested>(
    sharedSecret: secret, isAuthenticated: isAuthenticated, info: test.bytes("info"), preSharedKey: preSharedKey,
    encryption: encryption)
  try expect("key", context.key, is: test.bytes("key"))
  try expect("base nonce", context.baseNonce, is: test.bytes("base_nonce"))
  try expect("exporter secret", context.exporterSecret, is: test.bytes("exporter_secret"))
}

/// A message's number: in the drafts' files only its nonce says it.
private func sequence(of message: JSONValue, baseNonce: [UInt8]) throws -> Int {
  if message["seq"] != nil { return try message.integer("seq") }
  let number = zip(try message.bytes("nonce"), baseNonce).reduce(0 as UInt64) { $0 << 8 | UInt64($1.0 ^ $1.1) }
  guard number < 1_000 else { throw VectorProblem.malformed("has a nonce of no message that could be reached") }
  return Int(number)
}

/// The file has some of 257 messages; those between are sealed and opened for the count.
private func checkMessages<Tested: HPKEKEM>(
  _ test: JSONValue, _ sender: inout HPKESender<Tested>, _ receiver: inout HPKEReceiver<Tested>
) throws {
  let baseNonce = try test.bytes("base_nonce")
  var number = 0
  for message in try test.list("encryptions") {
    let sequence = try sequence(of: message, baseNonce: baseNonce)
    while number < sequence {
      let filler = try sender.seal([])
      try expect("an empty message", receiver.open(filler), is: [])
      number += 1
    }
    var nonce = baseNonce
    for index in 0..<4 { nonce[11 - index] ^= UInt8(truncatingIfNeeded: sequence >> (8 * index)) }
    try expect("nonce \(sequence)", nonce, is: message.bytes("nonce"))
    let (plaintext, ciphertext) = try (message.bytes("pt"), message.bytes("ct"))
    let associatedData = try message.bytes("aad")
    try expect("message \(sequence)", sender.seal(plaintext, associatedData: associatedData), is: ciphertext)
    try expect("opened \(sequence)", receiver.open(ciphertext, associatedData: associatedData), is: plaintext)
    number += 1
  }
}
