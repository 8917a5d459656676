// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias KEM = XWing<NativeCryptoProvider>

extension Topic {
  static let xWing = Topic(
    "x-wing", "X-Wing: keys from seeds, encapsulation with given randomness, decapsulation",
    formats: [.cases(with: "seed", "eseed", "pk", "ct", "ss", check: check)])
}

private func check(_ test: JSONValue) throws {
  if let secretKey = try test.optionalBytes("sk") { try expect("sk", secretKey, is: test.bytes("seed")) }
  let privateKey = try KEM.privateKey(seed: test.secret("seed"))
  let publicKey = try test.bytes("pk")
  try expect("public key", KEM.publicKey(of: privateKey), is: publicKey)
  let result = try KEM.encapsulate(to: publicKey, randomness: test.secret("eseed"))
  try expect("ciphertext", result.ciphertext, is: test.bytes("ct"))
  try expect("secret", result.secret, is: test.bytes("ss"))
  try expect("decapsulated", KEM.decapsulate(test.bytes("ct"), privateKey: privateKey), is: test.bytes("ss"))
}
