// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Provider = NativeCryptoProvider

extension Topic {
  static let hmac = Topic(
    "hmac", "HMAC-SHA256 and HMAC-SHA512, truncated or not (Wycheproof, RFC 4231)",
    formats: [
      .wycheproof("MacTest", algorithm: { $0.hasPrefix("HMAC") }, check: checkTag),
      .cases(with: "key", "data", "hmac_sha256", check: checkRFC4231),
    ])
}

private func checkTag(_ test: Wycheproof.Case, of file: Wycheproof) throws {
  let mac =
    switch file.algorithm {
    case "HMACSHA256": Provider.hmacSHA256
    case "HMACSHA512": Provider.hmacSHA512
    default: throw VectorProblem.skipped("\(file.algorithm): suites authenticate with SHA-256 and SHA-512 alone")
    }
  let (key, message) = try (test.test.secret("key"), test.test.bytes("msg"))
  let tag = try Array(mac(key, message).exposed().prefix(test.group.integer("tagSize") / 8))
  let given = try test.test.bytes("tag")
  if test.verdict == .invalid {
    try expect("whether the tag is right", constantTimeEqual(tag, given), is: false)
  } else {
    try expect("tag", tag, is: given)
  }
}

private func checkRFC4231(_ test: JSONValue) throws {
  let (key, data) = try (test.secret("key"), test.bytes("data"))
  for (name, mac) in [("hmac_sha256", Provider.hmacSHA256), ("hmac_sha512", Provider.hmacSHA512)] {
    guard let expected = try test.optionalBytes(name) else { continue }
    try expect(name, Array(mac(key, data).exposed().prefix(expected.count)), is: expected)
  }
}
