// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("ChaCha20-Poly1305, HKDF and HMAC vectors")
struct SymmetricVectorTests {
  typealias Provider = NativeCryptoProvider

  struct AEADGroup: Decodable {
    struct Case: Decodable {
      let tcId: Int
      let key: Hex
      let iv: Hex
      let aad: Hex
      let msg: Hex
      let ct: Hex
      let tag: Hex
      let result: Verdict
    }
    let tests: [Case]
  }

  @Test("ChaCha20-Poly1305 agrees with Wycheproof; invalid cases are refused")
  func wycheproofAEAD() throws {
    let file = try VectorFile.load(
      "chacha20-poly1305", "chacha20_poly1305_test", as: Wycheproof<AEADGroup>.self)
    var count = 0
    for test in file.testGroups.flatMap(\.tests) {
      count += 1
      let sealed = test.ct.bytes + test.tag.bytes
      let open = { () throws(CryptoError) in
        try Provider.chaCha20Poly1305Open(
          sealed, key: test.key.secret, nonce: test.iv.bytes, associatedData: test.aad.bytes)
      }
      let seal = { () throws(CryptoError) in
        try Provider.chaCha20Poly1305Seal(
          test.msg.bytes, key: test.key.secret, nonce: test.iv.bytes, associatedData: test.aad.bytes)
      }
      switch test.result {
      case .valid:
        #expect(try open() == test.msg.bytes, "case \(test.tcId)")
        #expect(try seal() == sealed, "case \(test.tcId)")
      case .invalid where test.iv.bytes.count != 12:
        #expect(throws: CryptoError.invalidKeyLength, "case \(test.tcId)") { try open() }
        #expect(throws: CryptoError.invalidKeyLength, "case \(test.tcId)") { try seal() }
      default:
        #expect(throws: CryptoError.authenticationFailed, "case \(test.tcId)") { try open() }
      }
    }
    #expect(count == file.numberOfTests && count == 163)
  }

  struct RFC8439: Decodable {
    struct Case: Decodable {
      let key: Hex
      let nonce: Hex
      let aad: Hex
      let plaintext: Hex
      let ciphertext: Hex
      let tag: Hex
    }
    let cases: [Case]
  }

  @Test("ChaCha20-Poly1305 agrees with RFC 8439")
  func rfc8439() throws {
    for test in try VectorFile.load("chacha20-poly1305", "rfc8439", as: RFC8439.self).cases {
      #expect(
        try Provider.chaCha20Poly1305Seal(
          test.plaintext.bytes, key: test.key.secret, nonce: test.nonce.bytes, associatedData: test.aad.bytes)
          == test.ciphertext.bytes + test.tag.bytes)
    }
  }

  struct HKDFGroup: Decodable {
    struct Case: Decodable {
      let tcId: Int
      let ikm: Hex
      let salt: Hex
      let info: Hex
      let size: Int
      let okm: Hex
      let result: Verdict
    }
    let tests: [Case]
  }

  @Test("HKDF agrees with Wycheproof; too much output is refused", arguments: [("sha256", 43), ("sha512", 42)])
  func wycheproofHKDF(hash: String, expected: Int) throws {
    let derive = hash == "sha256" ? Provider.hkdfSHA256 : Provider.hkdfSHA512
    let file = try VectorFile.load("hkdf", "hkdf_\(hash)_test", as: Wycheproof<HKDFGroup>.self)
    var count = 0
    for test in file.testGroups.flatMap(\.tests) {
      count += 1
      if test.result == .valid {
        let okm = try derive(test.salt.secret, test.ikm.secret, test.info.bytes, test.size)
        #expect(okm.exposed() == test.okm.bytes, "case \(test.tcId)")
      } else {
        #expect(throws: CryptoError.invalidLength, "case \(test.tcId)") {
          try derive(test.salt.secret, test.ikm.secret, test.info.bytes, test.size)
        }
      }
    }
    #expect(count == file.numberOfTests && count == expected)
  }

  struct RFC5869: Decodable {
    struct Case: Decodable {
      let ikm: Hex
      let salt: Hex
      let info: Hex
      let length: Int
      let prk: Hex
      let okm: Hex
    }
    let cases: [Case]
  }

  @Test("HKDF agrees with RFC 5869")
  func rfc5869() throws {
    for test in try VectorFile.load("hkdf", "rfc5869_sha256", as: RFC5869.self).cases {
      let okm = try Provider.hkdfSHA256(
        salt: test.salt.secret, inputKey: test.ikm.secret, info: test.info.bytes, count: test.length)
      #expect(okm.exposed() == test.okm.bytes)
      let salt = test.salt.bytes.isEmpty ? SecretBytes(copying: [UInt8](repeating: 0, count: 32)) : test.salt.secret
      #expect(Provider.hmacSHA256(key: salt, message: test.ikm.bytes).exposed() == test.prk.bytes)
    }
  }

  struct MACGroup: Decodable {
    struct Case: Decodable {
      let tcId: Int
      let key: Hex
      let msg: Hex
      let tag: Hex
      let result: Verdict
    }
    let tagSize: Int
    let tests: [Case]
  }

  @Test("HMAC agrees with Wycheproof; changed tags do not match", arguments: ["sha256", "sha512"])
  func wycheproofHMAC(hash: String) throws {
    let mac = hash == "sha256" ? Provider.hmacSHA256 : Provider.hmacSHA512
    let file = try VectorFile.load("hmac", "hmac_\(hash)_test", as: Wycheproof<MACGroup>.self)
    var count = 0
    for group in file.testGroups {
      for test in group.tests {
        count += 1
        let tag = Array(mac(test.key.secret, test.msg.bytes).exposed().prefix(group.tagSize / 8))
        #expect(constantTimeEqual(tag, test.tag.bytes) == (test.result == .valid), "case \(test.tcId)")
      }
    }
    #expect(count == file.numberOfTests && count == 87)
  }

  struct RFC4231: Decodable {
    struct Case: Decodable {
      let key: Hex
      let data: Hex
      let hmac_sha256: Hex
      let hmac_sha512: Hex
    }
    let cases: [Case]
  }

  @Test("HMAC agrees with RFC 4231")
  func rfc4231() throws {
    for test in try VectorFile.load("hmac", "rfc4231", as: RFC4231.self).cases {
      let short = Provider.hmacSHA256(key: test.key.secret, message: test.data.bytes).exposed()
      #expect(Array(short.prefix(test.hmac_sha256.bytes.count)) == test.hmac_sha256.bytes)
      let long = Provider.hmacSHA512(key: test.key.secret, message: test.data.bytes).exposed()
      #expect(Array(long.prefix(test.hmac_sha512.bytes.count)) == test.hmac_sha512.bytes)
    }
  }
}
