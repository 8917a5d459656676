// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

/// A device of a conversation that is played: its keys, and its sessions with the other one.
struct ConversationDevice<Suite: CipherSuite> where Suite.Provider == ScriptedProvider {
  let local: LocalDevice
  let root: RootIdentityKeyPair<Suite>
  let identity: DeviceIdentityKeyPair<Suite>
  let signed: SignedPreKeyPair<Suite>?
  let oneTime: OneTimePreKeyPair<Suite>?
  let lastResort: LastResortPreKeyPair<Suite>?
  var record = SessionRecord<Suite>()
  /// The prekeys as the key directory hands them out.
  let bundle: UnverifiedPreKeyBundle<Suite>?
  private let content: JSONValue

  init(_ content: JSONValue) throws {
    self.content = content
    root = try RootIdentityKeyPair(serialized: content.secret("rootPrivate"))
    identity = try DeviceIdentityKeyPair(serialized: content.secret("identityPrivate"))
    let address = try DeviceAddress(account: content.bytes("account"), device: content.uint32("device"))
    local = LocalDevice(address: address, root: root.publicKey.certified, identity: identity)
    signed = try content["signedPreKey"].map { try SignedPreKeyPair(serialized: Self.serialized($0)) }
    oneTime = try content["oneTimePreKey"].map { try OneTimePreKeyPair(serialized: Self.serialized($0)) }
    lastResort = try content["lastResortPreKey"].map { try LastResortPreKeyPair(serialized: Self.serialized($0)) }
    guard let signed else {
      bundle = nil
      return
    }
    // ML-DSA's signatures are random: what was written down stays, and is verified when the session begins.
    var published = try signed.publicPreKey(signedBy: identity)
    if let signature = try content["signedPreKey"]?.optionalBytes("signature") {
      published = try SignedPreKey(id: signed.id, publicKey: published.publicKey, signature: signature)
    }
    var once = try oneTime?.publicPreKey(signedBy: identity)
    if let key = once, key.signature != nil, let signature = try content["oneTimePreKey"]?.optionalBytes("signature") {
      once = try OneTimePreKey(id: key.id, publicKey: key.publicKey, signature: signature)
    }
    var last = try lastResort?.publicPreKey(signedBy: identity)
    if let key = last, let signature = try content["lastResortPreKey"]?.optionalBytes("signature") {
      last = try LastResortPreKey(id: key.id, publicKey: key.publicKey, signature: signature)
    }
    bundle = UnverifiedPreKeyBundle(signedPreKey: published, oneTimePreKey: once, lastResortPreKey: last)
  }

  /// id (u32) ‖ private key
  private static func serialized(_ key: JSONValue) throws -> SecretBytes {
    let id = try key.uint32("id").bigEndian
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * $0)) }
    return SecretBytes(concatenating: [SecretBytes(copying: bytes), try key.secret("private")])
  }

  /// The same content with the public keys and signatures.
  func described() throws -> JSONValue {
    var members: [JSONValue.Member] = try ["account", "device", "rootPrivate", "identityPrivate"].map {
      JSONValue.Member($0, try content.value($0))
    }
    members += [
      .init("rootPublic", root.publicKey.bytes), .init("signingPublic", identity.publicKey.signing),
      .init("agreementPublic", identity.publicKey.agreement),
    ]
    if let key = bundle?.signedPreKey {
      members.append(.init("signedPreKey", try described("signedPreKey", key.publicKey, key.signature)))
    }
    if let key = bundle?.oneTimePreKey {
      members.append(.init("oneTimePreKey", try described("oneTimePreKey", key.publicKey, key.signature)))
    }
    if let key = bundle?.lastResortPreKey {
      members.append(.init("lastResortPreKey", try described("lastResortPreKey", key.publicKey, key.signature)))
    }
    return .object(members)
  }

  private func described(_ name: String, _ publicKey: [UInt8], _ signature: [UInt8]?) throws -> JSONValue {
    let key = try content.value(name)
    return .object(
      [.init("id", try key.value("id")), .init("private", try key.value("private")), .init("public", publicKey)]
        + (signature.map { [.init("signature", $0)] } ?? []))
  }
}

extension JSONValue.Member {
  /// Bytes in hexadecimal.
  init(_ key: String, _ bytes: [UInt8]) {
    self.init(key, .string(hexadecimal(bytes)))
  }

  init(_ key: String, _ secret: SecretBytes) {
    self.init(key, secret.exposed())
  }
}
