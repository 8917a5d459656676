// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Provider = NativeCryptoProvider

extension Topic {
  static let mlKEM = Topic(
    "ml-kem", "ML-KEM-768 and ML-KEM-1024: keys, encapsulation with given randomness, decapsulation (Wycheproof, CCTV)",
    formats: [
      .wycheproof(
        "MLKEMTest", "MLKEMEncapsTest", "MLKEMKeyGen", "MLKEMDecapsValidationTest",
        algorithm: { $0.hasPrefix("ML-KEM") || $0.hasPrefix("MLKEM") }, check: checkCase),
      .lists([
        ("encapsulate", ["parameterSet", "ek", "m", "c", "K"], checkSpecialEncapsulation),
        ("decapsulate", ["parameterSet", "dk", "c", "K"], skipExpandedKey),
      ]).and { content, results in
        for keys in content["invalidEncapsulationKeys"]?.elements ?? [] {
          let name = try keys.string("parameterSet")
          for (number, key) in try keys.list("ek").enumerated() {
            results.run("invalidEncapsulationKeys, \(name)[\(number)]") {
              try checkRefusal(of: hexadecimal(key.text ?? "") ?? [], set: parameterSet(keys))
            }
          }
        }
      },
      VectorFormat { file in
        let first = file.content["cases"]?.elements.first
        return first?.has(["iterations", "hash"]) == true
          && first?["parameterSet"]?.text?.hasPrefix("ML-KEM") == true
      } run: { content, results in
        results.run("cases", try content.list("cases"), checkAccumulated)
      },
      VectorFormat { file in
        file.content["steps"] != nil && file.content["parameterSet"]?.text?.hasPrefix("ML-KEM") == true
      } run: { content, results in
        results.run("steps") { try checkIntermediate(content) }
      },
    ])
}

private func parameterSet(_ test: JSONValue) throws -> MLKEMParameterSet {
  switch try test.string("parameterSet") {
  case "ML-KEM-768": return .mlkem768
  case "ML-KEM-1024": return .mlkem1024
  case let name: throw VectorProblem.skipped("\(name) is in no suite")
  }
}

private func skipExpandedKey(_ test: JSONValue) throws {
  _ = try parameterSet(test)
  throw VectorProblem.skipped("expanded ML-KEM decapsulation keys: private keys are kept as seeds")
}

private func checkCase(_ test: Wycheproof.Case, of file: Wycheproof) throws {
  let set = try parameterSet(test.group)
  switch test.group["type"]?.text ?? "" {
  case "MLKEMKeyGen": try checkKeyGeneration(test, set: set)
  case "MLKEMEncapsTest":
    if test.verdict == .invalid {
      try checkRefusal(of: test.test.bytes("ek"), set: set)
    } else {
      try checkEncapsulation(test.test, set: set)
    }
  case "MLKEMTest": try checkDecapsulation(test, set: set)
  case "MLKEMDecapsValidationTest": try skipExpandedKey(test.group)
  case let type: throw VectorProblem.malformed("is of the unknown type \(type)")
  }
}

private func checkKeyGeneration(_ test: Wycheproof.Case, set: MLKEMParameterSet) throws {
  let (seed, expected) = try (test.test.secret("seed"), test.test.bytes("ek"))
  let generate = { () throws(CryptoError) in try Provider.mlkemPublicKey(of: seed, set: set) }
  if test.verdict != .invalid {
    try expect("encapsulation key", generate(), is: expected)
    try Provider.mlkemCheck(publicKey: expected, set: set)
  } else if seed.count != MLKEMParameterSet.seedSize {
    try expectRefusal("a seed of \(seed.count) bytes", with: .invalidKeyLength, body: generate)
  } else {
    try expect("whether the encapsulation key is the wrong one", generate() != expected, is: true)
  }
}

private func checkDecapsulation(_ test: Wycheproof.Case, set: MLKEMParameterSet) throws {
  let (ciphertext, seed) = try (test.test.bytes("c"), test.test.secret("seed"))
  if test.verdict == .invalid {
    try expectRefusal("the seed or the ciphertext", with: .invalidKeyLength, .malformed) { () throws(CryptoError) in
      try Provider.mlkemDecapsulate(ciphertext, seed: seed, set: set)
    }
  } else {
    let secret = try Provider.mlkemDecapsulate(ciphertext, seed: seed, set: set)
    try expect("shared secret", secret, is: test.test.bytes("K"))
    guard let key = try test.test.optionalBytes("ek") else { return }
    try expect("encapsulation key", Provider.mlkemPublicKey(of: seed, set: set), is: key)
  }
}

private func checkSpecialEncapsulation(_ test: JSONValue) throws {
  try checkEncapsulation(test, set: parameterSet(test))
}

/// Randomness can be given only to the core's own encapsulation; what the provider makes for the key has to be of the
/// same form.
private func checkEncapsulation(_ test: JSONValue, set: MLKEMParameterSet) throws {
  let key = try test.bytes("ek")
  try Provider.mlkemCheck(publicKey: key, set: set)
  let result = try MLKEMEncapsulation.encapsulate(to: key, randomness: test.secret("m"), set: set)
  try expect("ciphertext", result.ciphertext, is: test.bytes("c"))
  try expect("shared secret", result.secret, is: test.bytes("K"))
  let other = try Provider.mlkemEncapsulate(to: key, set: set)
  try expect("the provider's ciphertext size", other.ciphertext.count, is: result.ciphertext.count)
}

private func checkRefusal(of key: [UInt8], set: MLKEMParameterSet) throws {
  let expected: CryptoError = key.count == set.publicKeySize ? .invalidKey : .invalidKeyLength
  try expectRefusal("the key", with: expected) { () throws(CryptoError) in
    try Provider.mlkemCheck(publicKey: key, set: set)
  }
  try expectRefusal("encapsulating to the key", with: expected) { () throws(CryptoError) in
    try Provider.mlkemEncapsulate(to: key, set: set)
  }
  let randomness = SecretBytes(copying: [UInt8](repeating: 0x42, count: 32))
  try expectRefusal("encapsulating in two parts", with: expected) { () throws(CryptoError) in
    try MLKEMEncapsulation.encapsulate(to: key, randomness: randomness, set: set)
  }
  guard key.count == set.publicKeySize else { return }
  let (header, vector) = try (
    MLKEMEncapsulation.header(of: key, set: set), MLKEMEncapsulation.vector(of: key, set: set)
  )
  try expect(
    "whether its vector fits its header", MLKEMEncapsulation.isValid(vector: vector, for: header, set: set), is: false)
}

/// Many random cases, hashed: their rule is in the file.
private func checkAccumulated(_ test: JSONValue) throws {
  let set = try parameterSet(test)
  var stream = KeccakSponge.shake128()
  var digest = KeccakSponge.shake128()
  for _ in 0..<(try test.integer("iterations")) {
    let (seed, randomness) = (stream.squeezeSecret(64), stream.squeezeSecret(32))
    let random = stream.squeeze(set.ciphertextSize)
    let key = try Provider.mlkemPublicKey(of: seed, set: set)
    let result = try MLKEMEncapsulation.encapsulate(to: key, randomness: randomness, set: set)
    digest.absorb(key + result.ciphertext)
    digest.absorb(result.secret)
    digest.absorb(try Provider.mlkemDecapsulate(random, seed: seed, set: set))
  }
  try expect("the hash of all", digest.squeeze(32), is: test.bytes("hash"))
}

/// The intermediate values that have a name in the core; the file begins behind the seed, so keys are not made anew.
private func checkIntermediate(_ content: JSONValue) throws {
  let set = try parameterSet(content)
  func step(_ name: String) throws -> [UInt8] {
    guard let step = try content.list("steps").first(where: { $0["name"]?.text == name }) else {
      throw VectorProblem.malformed("has no step \(name)")
    }
    return try step.bytes("value")
  }
  let (key, randomness) = try (step("ek"), SecretBytes(copying: step("m")))
  let header = try MLKEMEncapsulation.header(of: key, set: set)
  try expect("ρ ‖ H(ek)", header, is: step("ρ") + step("H(ek)"))
  let first = try MLKEMEncapsulation.firstPart(header: header, randomness: randomness, set: set)
  let second = try MLKEMEncapsulation.secondPart(
    header: header, randomness: randomness, vector: MLKEMEncapsulation.vector(of: key, set: set), set: set)
  try expect("K", first.sharedSecret, is: step("K"))
  try expect("c1", first.ciphertext, is: step("c1"))
  try expect("c2", second, is: step("c2"))
  try expect("c", first.ciphertext + second, is: step("c"))
}
