// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Suite = NativeClassicSuite

extension Topic {
  static let x3dh = Topic(
    "x3dh", "X3DH: both sides' exchanges and the secrets derived from them",
    formats: [
      .cases(with: "alice", "bob", "dh1", "dh2", "dh3", "derived", check: check)
        .unless { $0["cases"]?.elements.first?["kemCiphertext"] != nil }
    ])
}

private func check(_ test: JSONValue) throws {
  let (alice, bob) = try (test.value("alice"), test.value("bob"))
  let exchanges = try X3DH<Suite>.initiatorExchanges(
    identity: alice.secret("identityPrivate"), ephemeral: alice.secret("ephemeralPrivate"),
    remoteIdentity: bob.bytes("identityPublic"), signedPreKey: bob.bytes("signedPreKeyPublic"),
    fourthPreKey: bob.optionalBytes("oneTimePreKeyPublic"))
  let answered = try X3DH<Suite>.responderExchanges(
    identity: bob.secret("identityPrivate"), signedPreKey: bob.secret("signedPreKeyPrivate"),
    fourthPreKey: bob.optionalSecret("oneTimePreKeyPrivate"), remoteIdentity: alice.bytes("identityPublic"),
    remoteEphemeral: alice.bytes("ephemeralPublic"))
  let expected = try ["dh1", "dh2", "dh3", "dh4"].compactMap { try test.optionalBytes($0) }
  try expect("Alice's exchanges", exchanges.map { $0.exposed() }, is: expected)
  try expect("Bob's exchanges", answered.map { $0.exposed() }, is: expected)
  let inputKey = [UInt8](repeating: 0xFF, count: 32) + expected.joined()
  try expect("input of the derivation", inputKey, is: test.bytes("ikm"))
  for derived in try test.list("derived") {
    let (info, count) = try (derived.string("info"), derived.integer("length"))
    let secret =
      switch try derived.string("hash") {
      case "sha256":
        try X3DH<Suite>.sharedSecret(
          exchanges: exchanges, kemSecret: SecretBytes(copying: []), info: Array(info.utf8), count: count)
      // No suite derives with SHA-512: the provider does, over the same input.
      case "sha512":
        try NativeCryptoProvider.hkdfSHA512(
          salt: SecretBytes(copying: [UInt8](repeating: 0, count: 64)), inputKey: SecretBytes(copying: inputKey),
          info: Array(info.utf8), count: count)
      case let hash: throw VectorProblem.malformed("derives with \(hash)")
      }
    try expect("the secret for \(info)", secret, is: derived.bytes("output"))
    if let rootKey = try derived.optionalBytes("rootKey") {
      try expect("root and chain key", secret, is: rootKey + derived.bytes("chainKey"))
    }
  }
}
