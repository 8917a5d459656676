// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

extension Topic {
  static let x3dh = Topic(
    "x3dh", "X3DH: both sides' exchanges and the secrets derived from them",
    formats: [
      .cases(with: "alice", "bob", "dh1", "dh2", "dh3", "derived") { test in
        try checkHandshake(test, suite: NativeClassicSuite.self, kemSecret: nil)
      }.unless(isPQXDH)
    ])

  static let pqxdh = Topic(
    "pqxdh", "PQXDH with ML-KEM-768 and ML-KEM-1024: exchanges, encapsulation, and the secrets derived from them",
    formats: [
      VectorFormat { file in
        isPQXDH(file.content)
      } run: { content, results in
        let name = try content.value("parameters").string("kem")
        results.run("cases", try content.list("cases")) { test in
          switch name {
          case "ML-KEM-768": try checkHybrid(test, suite: NativeHybridSuite.self, set: .mlkem768)
          case "ML-KEM-1024": try checkHybrid(test, suite: NativeHybridLevel5Suite.self, set: .mlkem1024)
          default: throw VectorProblem.skipped("PQXDH with \(name) is in no suite")
          }
        }
      }
    ])
}

private func isPQXDH(_ content: JSONValue) -> Bool {
  content["cases"]?.elements.first?.has(["alice", "bob", "dh1", "kemCiphertext", "derived"]) ?? false
}

private func checkHybrid<Suite: CipherSuite>(_ test: JSONValue, suite: Suite.Type, set: MLKEMParameterSet) throws {
  let seed = try test.value("bob").secret("kemSeed_d_z")
  let publicKey = try test.value("bob").bytes("kemPublic")
  try expect("Bob's KEM key", Suite.KEM.publicKey(of: seed), is: publicKey)
  let (ciphertext, secret) = try (test.bytes("kemCiphertext"), test.bytes("kemSharedSecret"))
  let randomness = try test.value("alice").secret("kemEncapsulationRandomness_m")
  let encapsulation = try MLKEMEncapsulation.encapsulate(to: publicKey, randomness: randomness, set: set)
  try expect("KEM ciphertext", encapsulation.ciphertext, is: ciphertext)
  try expect("Alice's KEM secret", encapsulation.secret, is: secret)
  try expect("Bob's KEM secret", Suite.KEM.decapsulate(ciphertext, privateKey: seed), is: secret)
  try checkHandshake(test, suite: suite, kemSecret: secret)
}

private func checkHandshake<Suite: CipherSuite>(_ test: JSONValue, suite: Suite.Type, kemSecret: [UInt8]?) throws {
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
  let inputKey = [UInt8](repeating: 0xFF, count: 32) + expected.joined() + (kemSecret ?? [])
  try expect("input of the derivation", inputKey, is: test.bytes("ikm"))
  for derived in try test.list("derived") {
    let (info, count) = try (derived.string("info"), derived.integer("length"))
    let secret =
      switch try derived.string("hash") {
      case "sha256":
        try X3DH<Suite>.sharedSecret(
          exchanges: exchanges, kemSecret: SecretBytes(copying: kemSecret ?? []), info: Array(info.utf8), count: count)
      // No suite derives with SHA-512: the provider does, over the same input.
      case "sha512":
        try NativeCryptoProvider.hkdfSHA512(
          salt: SecretBytes(copying: [UInt8](repeating: 0, count: 64)), inputKey: SecretBytes(copying: inputKey),
          info: Array(info.utf8), count: count)
      case let hash: throw VectorProblem.malformed("derives with \(hash)")
      }
    try expect("the secret for \(info)", secret, is: derived.bytes("output"))
    if let rootKey = try derived.optionalBytes("rootKey") {
      let rest = try derived.optionalBytes("pqRatchetKey") ?? []
      try expect("root and chain key", secret, is: rootKey + derived.bytes("chainKey") + rest)
    }
  }
}
