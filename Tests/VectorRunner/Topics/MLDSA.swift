// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Provider = NativeCryptoProvider

extension Topic {
  static let mlDSA = Topic(
    "ml-dsa", "ML-DSA-65 and ML-DSA-87: keys from seeds, signing, verification with contexts (Wycheproof, NIST)",
    formats: [
      .wycheproof("MlDsaVerify", "MlDsaSign", algorithm: isOurs) { test, file in
        let set = try parameterSet(file.algorithm)
        if test.group["privateSeed"] != nil {
          try checkSigning(test, set: set)
        } else if test.group["privateKey"] != nil {
          try checkExpanded(test, set: set)
        } else {
          try checkVerification(test, publicKey: test.group.bytes("publicKey"), set: set)
        }
      },
      VectorFormat { file in
        file.content["cases"]?.elements.first?.has(["seed", "publicKey"]) == true
          && isOurs(file.content["parameterSet"]?.text ?? "")
      } run: { content, results in
        let name = try content.string("parameterSet")
        results.run("cases", try content.list("cases")) { test in
          let publicKey = try Provider.mldsaPublicKey(of: test.secret("seed"), set: parameterSet(name))
          try expect("public key", publicKey, is: test.bytes("publicKey"))
        }
      },
      VectorFormat { file in
        let first = file.content["cases"]?.elements.first
        return first?.has(["iterations", "hash"]) == true && isOurs(first?["parameterSet"]?.text ?? "")
      } run: { content, results in
        results.run("cases", try content.list("cases")) { test in
          _ = try parameterSet(test.string("parameterSet"))
          throw hedged
        }
      },
    ])
}

private let hedged = VectorProblem.skipped(
  "hashes over deterministic ML-DSA signatures: the provider's are hedged with fresh randomness")

private func isOurs(_ algorithm: String) -> Bool {
  algorithm.hasPrefix("ML-DSA") || algorithm.hasPrefix("MLDSA")
}

private func parameterSet(_ name: String) throws -> MLDSAParameterSet {
  if name.hasPrefix("ML-DSA-65") || name.hasPrefix("MLDSA-65") { return .mldsa65 }
  if name.hasPrefix("ML-DSA-87") || name.hasPrefix("MLDSA-87") { return .mldsa87 }
  throw VectorProblem.skipped("\(name) is in no suite")
}

private func checkVerification(_ test: Wycheproof.Case, publicKey: [UInt8], set: MLDSAParameterSet) throws {
  let isValid = try Provider.mldsaVerify(
    test.test.bytes("sig"), of: message(of: test), context: test.test.optionalBytes("ctx") ?? [], publicKey: publicKey,
    set: set)
  if test.verdict != .acceptable {
    try expect("whether the signature is valid", isValid, is: test.verdict == .valid)
  }
}

/// A case that signs μ has no message.
private func message(of test: Wycheproof.Case) throws -> [UInt8] {
  guard let message = try test.test.optionalBytes("msg") else {
    throw VectorProblem.skipped("ML-DSA signatures of a precomputed μ: the protocol signs messages")
  }
  return message
}

/// Our signatures are hedged, so they differ from the file's deterministic ones; both have to verify.
private func checkSigning(_ test: Wycheproof.Case, set: MLDSAParameterSet) throws {
  let seed = try test.group.secret("privateSeed")
  if test.verdict == .invalid, seed.count != MLDSAParameterSet.seedSize {
    try expectRefusal("a seed of \(seed.count) bytes", with: .invalidKeyLength) { () throws(CryptoError) in
      try Provider.mldsaPublicKey(of: seed, set: set)
    }
    try expectRefusal("signing with it", with: .invalidKeyLength) { () throws(CryptoError) in
      try Provider.mldsaSign([], seed: seed, set: set)
    }
    return
  }
  let publicKey = try Provider.mldsaPublicKey(of: seed, set: set)
  if let expected = try test.group.optionalBytes("publicKey") { try expect("public key", publicKey, is: expected) }
  try checkVerification(test, publicKey: publicKey, set: set)
  guard test.verdict == .valid, try (test.test.optionalBytes("ctx") ?? []).isEmpty else { return }
  let message = try message(of: test)
  let signature = try Provider.mldsaSign(message, seed: seed, set: set)
  let isValid = Provider.mldsaVerify(signature, of: message, context: [], publicKey: publicKey, set: set)
  try expect("whether our own signature is valid", isValid, is: true)
  let isValidElsewhere = Provider.mldsaVerify(signature, of: message + [0], context: [], publicKey: publicKey, set: set)
  try expect("whether it is valid for another message", isValidElsewhere, is: false)
}

/// We cannot sign with an expanded private key, but can tell whether the file's signature is its public key's. Where there
/// is no signature, the key is one that has to be refused.
private func checkExpanded(_ test: Wycheproof.Case, set: MLDSAParameterSet) throws {
  guard let publicKey = try test.group.optionalBytes("publicKey"),
    try test.verdict == .valid || !test.test.bytes("sig").isEmpty
  else {
    throw VectorProblem.skipped("refusing expanded ML-DSA private keys: private keys are kept as seeds")
  }
  try checkVerification(test, publicKey: publicKey, set: set)
}
