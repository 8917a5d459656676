// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

extension Topic {
  static let chaCha20Poly1305 = Topic(
    "chacha20-poly1305", "ChaCha20-Poly1305 sealing and opening (Wycheproof, RFC 8439)",
    formats: [
      .wycheproof("AeadTest") { algorithm in
        algorithm.hasPrefix("CHACHA20-POLY1305")
      } check: { test, _ in
        try check(
          test.test, names: (nonce: "iv", plaintext: "msg", ciphertext: "ct"), isValid: test.verdict == .valid)
      },
      VectorFormat { file in
        // The same members would do for AES-GCM; only the text says which it is.
        guard let first = file.content["cases"]?.elements.first,
          first.has(["key", "nonce", "aad", "plaintext", "ciphertext", "tag"])
        else { return false }
        let source = (file.content["source"]?.text ?? "") + file.name.uppercased()
        return first["nonce"]?.text?.utf8.count == 24 && (source.contains("8439") || source.contains("CHACHA20"))
      } run: { content, results in
        results.run("cases", content["cases"]?.elements ?? []) { test in
          try check(test, names: (nonce: "nonce", plaintext: "plaintext", ciphertext: "ciphertext"), isValid: true)
        }
      },
    ])
}

private func check(
  _ test: JSONValue, names: (nonce: String, plaintext: String, ciphertext: String), isValid: Bool
) throws {
  let (key, nonce, associatedData) = try (test.secret("key"), test.bytes(names.nonce), test.bytes("aad"))
  let plaintext = try test.bytes(names.plaintext)
  let sealed = try test.bytes(names.ciphertext) + test.bytes("tag")
  let open = { () throws(CryptoError) in
    try NativeCryptoProvider.chaCha20Poly1305Open(sealed, key: key, nonce: nonce, associatedData: associatedData)
  }
  let seal = { () throws(CryptoError) in
    try NativeCryptoProvider.chaCha20Poly1305Seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
  }
  if isValid {
    try expect("opened", open(), is: plaintext)
    try expect("sealed", seal(), is: sealed)
  } else if nonce.count != 12 {
    try expectRefusal("opening with a nonce of \(nonce.count) bytes", with: .invalidKeyLength, body: open)
    try expectRefusal("sealing with a nonce of \(nonce.count) bytes", with: .invalidKeyLength, body: seal)
  } else {
    try expectRefusal("the ciphertext", with: .authenticationFailed, body: open)
  }
}
