// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Provider = NativeCryptoProvider

extension Topic {
  static let hkdf = Topic(
    "hkdf", "HKDF-SHA256 and HKDF-SHA512 (Wycheproof, RFC 5869); too much output is refused",
    formats: [
      .wycheproof("HkdfTest", algorithm: { $0.hasPrefix("HKDF") }, check: checkDerivation),
      .cases(with: "ikm", "salt", "info", "length", "okm", check: checkRFC5869),
    ])
}

private func checkDerivation(_ test: Wycheproof.Case, of file: Wycheproof) throws {
  let derive =
    switch file.algorithm {
    case "HKDF-SHA-256": Provider.hkdfSHA256
    case "HKDF-SHA-512": Provider.hkdfSHA512
    default: throw VectorProblem.skipped("\(file.algorithm): suites derive with SHA-256 and SHA-512 alone")
    }
  let (salt, inputKey) = try (test.test.secret("salt"), test.test.secret("ikm"))
  let (info, size) = try (test.test.bytes("info"), test.test.integer("size"))
  if test.verdict == .invalid {
    try expectRefusal("an output of \(size) bytes", with: .invalidLength) { () throws(CryptoError) in
      try derive(salt, inputKey, info, size)
    }
  } else {
    try expect("output", derive(salt, inputKey, info, size), is: test.test.bytes("okm"))
  }
}

private func checkRFC5869(_ test: JSONValue) throws {
  let (salt, inputKey) = try (test.secret("salt"), test.secret("ikm"))
  let output = try Provider.hkdfSHA256(
    salt: salt, inputKey: inputKey, info: test.bytes("info"), count: test.integer("length"))
  try expect("output", output, is: test.bytes("okm"))
  guard let pseudorandomKey = try test.optionalBytes("prk") else { return }
  // The extract step is an HMAC; no salt is as many zeros as a hash has bytes.
  let key = salt.count == 0 ? SecretBytes(copying: [UInt8](repeating: 0, count: 32)) : salt
  try expect("pseudorandom key", Provider.hmacSHA256(key: key, message: inputKey.exposed()), is: pseudorandomKey)
}
