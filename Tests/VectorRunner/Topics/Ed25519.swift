// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Provider = NativeCryptoProvider

extension Topic {
  static let ed25519 = Topic(
    "ed25519", "Ed25519 keys, signatures and verification (Wycheproof, RFC 8032, SUPERCOP, CCTV, speccheck)",
    formats: [
      .wycheproof("EddsaVerify", "EDDSATest") { algorithm in
        algorithm == "EDDSA" || algorithm.hasPrefix("ED25519") || algorithm.hasPrefix("ED448")
      } check: { test, _ in
        try checkVerification(test)
      },
      .cases(with: "seed", "publicKey", "message", "signature", check: checkSigning),
      .cases(with: "key", "sig", "msg", "expect", check: checkEdgeCase),
      .cases(with: "publicKey", "message", "signature", "accepts", check: checkSpecification),
      VectorFormat { file in
        file.content.elements.first?.has(["key", "sig", "msg", "flags"]) == true
      } run: { content, results in
        results.run("vectors", content.elements, checkFlags)
      },
    ])
}

private func checkVerification(_ test: Wycheproof.Case) throws {
  let key = try test.group["publicKey"] ?? test.group.value("key")
  let curve = key["curve"]?.text ?? "edwards25519"
  guard curve == "edwards25519" else { throw VectorProblem.skipped("the curve \(curve) is in no suite") }
  let isValid = try Provider.ed25519Verify(
    test.test.bytes("sig"), of: test.test.bytes("msg"), publicKey: key.bytes("pk"))
  if test.verdict != .acceptable {
    try expect("whether the signature is valid", isValid, is: test.verdict == .valid)
  }
}

/// Signing is deterministic in RFC 8032; a provider may hedge it with randomness, but ours does not.
private func checkSigning(_ test: JSONValue) throws {
  let (seed, message) = try (test.secret("seed"), test.bytes("message"))
  let (publicKey, signature) = try (test.bytes("publicKey"), test.bytes("signature"))
  try expect("public key", Provider.ed25519PublicKey(of: seed), is: publicKey)
  try expect("signature", Provider.ed25519Sign(message, seed: seed), is: signature)
  try expect(
    "whether it is valid", Provider.ed25519Verify(signature, of: message, publicKey: publicKey), is: true)
}

/// CCTV has one answer for each rule of verification; ours is the cofactorless one.
private func checkEdgeCase(_ test: JSONValue) throws {
  let isValid = try Provider.ed25519Verify(
    test.bytes("sig"), of: Array(test.string("msg").utf8), publicKey: test.bytes("key"))
  try expect("whether it is valid", isValid, is: test.value("expect").bool("cofactorless"))
}

/// CCTV as it is published: flags alone. The cofactorless rule refuses an R in another encoding, and what the cofactor would
/// have made disappear.
private func checkFlags(_ test: JSONValue) throws {
  let refused: Set<JSONValue> = [.string("low_order_residue"), .string("non_canonical_R")]
  let isValid = try Provider.ed25519Verify(
    test.bytes("sig"), of: Array(test.string("msg").utf8), publicKey: test.bytes("key"))
  let flags = test["flags"]?.elements ?? []
  try expect("whether it is valid", isValid, is: !flags.contains { refused.contains($0) })
}

/// The speccheck has one answer for each library; the provider's is BoringSSL.
private func checkSpecification(_ test: JSONValue) throws {
  let isValid = try Provider.ed25519Verify(
    test.bytes("signature"), of: test.bytes("message"), publicKey: test.bytes("publicKey"))
  try expect("whether it is valid", isValid, is: test.value("accepts").bool("boringssl"))
}
