// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Testing

@testable import ServiceKit

@Suite("Identity signatures", .timeLimit(.minutes(3)))
struct IdentitySignatureTests {
  private let key = Curve25519.Signing.PrivateKey()
  private let message = Array("message".utf8)

  @Test(
    "three suites are known with their lengths",
    arguments: [(1, 32, 32, 64), (2, 1_984, 1_216, 3_373), (3, 2_624, 1_600, 4_691)] as [(UInt64, Int, Int, Int)])
  func suites(suite: UInt64, signatureKey: Int, agreementKey: Int, signature: Int) {
    #expect(IdentitySignature.isSupported(suite))
    #expect(IdentitySuite.known[suite]?.signatureKeyBytes == signatureKey)
    #expect(IdentitySuite.known[suite]?.agreementKeyBytes == agreementKey)
    #expect(IdentitySignature.signatureBytes(suite) == signature)
    #expect(IdentitySignature.signsOneTimePreKeys(suite) == (suite != 1))
  }

  @Test("no other suite is known")
  func unknownSuites() {
    for suite: UInt64 in [0, 4, 257, .max] {
      #expect(!IdentitySignature.isSupported(suite))
      #expect(IdentitySignature.signatureBytes(suite) == nil)
    }
  }

  @Test("test 3 of RFC 8032, section 7.1, verifies")
  func published() throws {
    let publicKey = try #require(
      [UInt8](hexadecimal: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"))
    let signature = try #require(
      [UInt8](
        hexadecimal: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
          + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"))
    #expect(IdentitySignature.isValid(signature: signature, message: [0xAF, 0x82], key: publicKey, suite: 1))
    #expect(!IdentitySignature.isValid(signature: signature, message: [0xAF, 0x83], key: publicKey, suite: 1))
  }

  @Test("a signature holds for its message, key and suite alone")
  func binding() throws {
    let signature = Array(try key.signature(for: Data(message)))
    let publicKey = Array(key.publicKey.rawRepresentation)
    func isValid(_ signature: [UInt8], _ message: [UInt8], _ key: [UInt8], _ suite: UInt64 = 1) -> Bool {
      IdentitySignature.isValid(signature: signature, message: message, key: key, suite: suite)
    }
    #expect(isValid(signature, message, publicKey))
    #expect(!isValid(signature, message + [0], publicKey))
    #expect(!isValid(signature, message, publicKey, 2))
    #expect(!isValid(signature, message, Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)))
    #expect(!isValid(Array(signature.dropLast()), message, publicKey))
    #expect(!isValid(signature + [0], message, publicKey))
    #expect(!isValid([], message, publicKey))
    #expect(!isValid(signature, message, Array(publicKey.dropLast())))
    #expect(!isValid(signature, message, publicKey + [0]))
    #expect(!isValid(signature, message, []))
  }

  @Test("keys of small order are refused: a signature under one proves nothing")
  func smallOrder() throws {
    let identity = [1] + [UInt8](repeating: 0, count: 31)
    // With the neutral element as key, R = neutral and s = 0 verify for every message.
    let forged = identity + [UInt8](repeating: 0, count: 32)
    #expect(try Curve25519.Signing.PublicKey(rawRepresentation: identity).isValidSignature(forged, for: message))
    #expect(!IdentitySignature.isValid(signature: forged, message: message, key: identity, suite: 1))
    for text in [
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "0000000000000000000000000000000000000000000000000000000000000080",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ] {
      #expect(!IdentitySignature.isValidSigningKey(try #require([UInt8](hexadecimal: text)), suite: 1))
    }
    #expect(IdentitySignature.isValidSigningKey(Array(key.publicKey.rawRepresentation), suite: 1))
  }

  @Test("agreement keys of small order or another length are refused")
  func agreement() throws {
    let good = Array(Curve25519.KeyAgreement.PrivateKey().publicKey.rawRepresentation)
    #expect(IdentitySignature.isValidAgreementKey(good, suite: 1))
    #expect(!IdentitySignature.isValidAgreementKey(good, suite: 2))
    #expect(!IdentitySignature.isValidAgreementKey(Array(good.dropLast()), suite: 1))
    for text in [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ] {
      #expect(!IdentitySignature.isValidAgreementKey(try #require([UInt8](hexadecimal: text)), suite: 1))
    }
  }
}
