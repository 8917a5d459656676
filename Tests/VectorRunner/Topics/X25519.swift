// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Provider = NativeCryptoProvider

extension Topic {
  static let x25519 = Topic(
    "x25519", "X25519 shared secrets (Wycheproof, RFC 7748); all-zero ones are refused",
    formats: [
      .wycheproof("XdhComp", "XdhAsnComp", "XdhJwkComp", "XdhPemComp") { algorithm in
        algorithm == "XDH" || algorithm.hasPrefix("X25519") || algorithm.hasPrefix("X448")
      } check: { test, _ in
        try checkSharedSecret(test)
      },
      VectorFormat { file in
        !["scalarMult", "iterated", "diffieHellman"].allSatisfy { file.content[$0] == nil }
      } run: { content, results in
        results.run("scalarMult", content["scalarMult"]?.elements ?? [], checkMultiplication)
        if let iterated = content["iterated"] { try checkIteration(iterated, &results) }
        if let exchange = content["diffieHellman"] {
          results.run("diffieHellman") { try checkExchange(exchange) }
        }
      },
    ])
}

/// "Acceptable" are public keys that an implementation may refuse: twist, non-canonical and low order. We compute with
/// the first two, as RFC 7748 has it, and refuse every key that gives an all-zero secret.
private func checkSharedSecret(_ test: Wycheproof.Case) throws {
  let curve = test.group["curve"]?.text ?? "curve25519"
  guard ["curve25519", "X25519"].contains(curve) else {
    throw VectorProblem.skipped("the curve \(curve) is in no suite")
  }
  guard test.group["type"]?.text ?? "XdhComp" == "XdhComp" else {
    throw VectorProblem.skipped("X25519 keys in ASN.1, JWK or PEM: the protocol has raw keys only")
  }
  let (privateKey, publicKey) = try (test.test.secret("private"), test.test.bytes("public"))
  let expected = try test.test.bytes("shared")
  let agree = { () throws(CryptoError) in try Provider.x25519(privateKey: privateKey, publicKey: publicKey) }
  let isLowOrder = test.hasFlag("ZeroSharedSecret") || expected.allSatisfy { $0 == 0 }
  switch test.verdict {
  case .invalid where publicKey.count != 32 || privateKey.count != 32:
    try expectRefusal("a key of the wrong length", with: .invalidKeyLength, body: agree)
  case .invalid where isLowOrder, .acceptable where isLowOrder:
    try expectRefusal("a public key of low order", with: .invalidKey, body: agree)
  case .invalid:
    try expect("whether the shared secret is the wrong one", agree().exposed() != expected, is: true)
  case .valid, .acceptable:
    try expect("shared secret", agree(), is: expected)
  }
}

private func checkMultiplication(_ test: JSONValue) throws {
  let product = try Provider.x25519(privateKey: test.secret("scalar"), publicKey: test.bytes("u"))
  try expect("product", product, is: test.bytes("out"))
}

/// RFC 7748, section 5.2: (k, u) = (X25519(k, u), k), again and again.
private func checkIteration(_ iterated: JSONValue, _ results: inout FileResults) throws(VectorProblem) {
  let start = try iterated.bytes("start_k_and_u")
  var (k, u) = (start, start)
  var done = 0
  for step in try iterated.list("after") {
    let iterations = try step.integer("iterations")
    results.run("iterated, \(iterations) times") {
      while done < iterations {
        (k, u) = (try Provider.x25519(privateKey: SecretBytes(copying: k), publicKey: u).exposed(), k)
        done += 1
      }
      try expect("k", k, is: step.bytes("k"))
    }
  }
}

private func checkExchange(_ exchange: JSONValue) throws {
  let (alice, bob) = try (exchange.secret("alicePrivate"), exchange.secret("bobPrivate"))
  let (alicePublic, bobPublic) = try (Provider.x25519PublicKey(of: alice), Provider.x25519PublicKey(of: bob))
  try expect("Alice's public key", alicePublic, is: exchange.bytes("alicePublic"))
  try expect("Bob's public key", bobPublic, is: exchange.bytes("bobPublic"))
  let shared = try exchange.bytes("shared")
  try expect("Alice's secret", Provider.x25519(privateKey: alice, publicKey: bobPublic), is: shared)
  try expect("Bob's secret", Provider.x25519(privateKey: bob, publicKey: alicePublic), is: shared)
}
