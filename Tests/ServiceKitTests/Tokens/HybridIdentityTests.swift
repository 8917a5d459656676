// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoCore
import Foundation
import Testing

@testable import ServiceKit

@Suite("Hybrid identities", .timeLimit(.minutes(3)))
struct HybridIdentityTests {
  private let message = Array("message".utf8)

  /// A signing key of suite 2 or 3, whole and in its two parts.
  private struct Key {
    let classic = Curve25519.Signing.PrivateKey()
    let sign: (Data) throws -> Data
    let postQuantum: Data

    init(suite: UInt64) throws {
      if suite == 2 {
        let key = try MLDSA65.PrivateKey()
        sign = { try key.signature(for: $0) }
        postQuantum = key.publicKey.rawRepresentation
      } else {
        let key = try MLDSA87.PrivateKey()
        sign = { try key.signature(for: $0) }
        postQuantum = key.publicKey.rawRepresentation
      }
    }

    var publicKey: [UInt8] { Array(classic.publicKey.rawRepresentation + postQuantum) }

    func signature(of message: [UInt8]) throws -> [UInt8] {
      Array(try classic.signature(for: Data(message)) + sign(Data(message)))
    }
  }

  @Test("servers know the suites that the core knows, and no others, with keys and signatures of the same sizes")
  func sameSuites() {
    #expect(IdentitySuite.known.keys.sorted() == KnownSuite.allCases.map { UInt64($0.rawValue) })
    for suite in KnownSuite.allCases {
      let served = IdentitySuite.known[UInt64(suite.rawValue)]
      #expect(
        served.map { [$0.signatureKeyBytes, $0.agreementKeyBytes, $0.signatureBytes] }
          == [suite.keySizes.signing, suite.keySizes.agreement, suite.keySizes.signature])
      #expect(IdentitySignature.signsOneTimePreKeys(UInt64(suite.rawValue)) == (suite.kem != nil))
    }
  }

  @Test("a hybrid signature holds only if both parts do", arguments: [2, 3] as [UInt64])
  func bothParts(suite: UInt64) throws {
    let (key, other) = (try Key(suite: suite), try Key(suite: suite))
    let (signature, foreign) = (try key.signature(of: message), try other.signature(of: message))
    func isValid(_ signature: [UInt8], key: [UInt8]) -> Bool {
      IdentitySignature.isValid(signature: signature, message: message, key: key, suite: suite)
    }
    func isValid(_ signature: ArraySlice<UInt8>) -> Bool { isValid(Array(signature), key: key.publicKey) }
    #expect(isValid(signature, key: key.publicKey))
    #expect(!isValid(signature[..<64] + foreign[64...]))
    #expect(!isValid(foreign[..<64] + signature[64...]))
    #expect(!isValid(signature, key: Array(key.publicKey[..<32] + other.publicKey[32...])))
    #expect(!isValid(signature[..<64]))
    #expect(!isValid(signature[64...] + signature[..<64]))
    for position in [0, 63, 64, signature.count - 1] {
      var flipped = signature
      flipped[position] ^= 1
      #expect(!isValid(flipped, key: key.publicKey))
    }
    var small = key.publicKey
    small.replaceSubrange(0..<32, with: [1] + [UInt8](repeating: 0, count: 31))
    #expect(!IdentitySignature.isValidSigningKey(small, suite: suite))
  }

  @Test("who knows only suite 1 verifies the classic part with the classic key", arguments: [2, 3] as [UInt64])
  func classicView(suite: UInt64) throws {
    let key = try Key(suite: suite)
    let signature = try key.signature(of: message)
    let view = try #require(IdentitySignature.signingKey(key.publicKey, of: suite, in: 1))
    #expect(IdentitySignature.isValid(signature: Array(signature.prefix(64)), message: message, key: view, suite: 1))
    #expect(IdentitySignature.signingKey(key.publicKey, of: suite, in: suite) == key.publicKey)
    for other: UInt64 in [0, 5 - suite, 4] {
      #expect(IdentitySignature.signingKey(key.publicKey, of: suite, in: other) == nil)
    }
    #expect(IdentitySignature.signingKey(view, of: 1, in: suite) == nil)
  }

  @Test("a hybrid agreement key needs a point of large order and coefficients below q", arguments: [2, 3] as [UInt64])
  func agreementKey(suite: UInt64) throws {
    let classic = Curve25519.KeyAgreement.PrivateKey().publicKey.rawRepresentation
    let lattice =
      suite == 2
      ? try MLKEM768.PrivateKey().publicKey.rawRepresentation : try MLKEM1024.PrivateKey().publicKey.rawRepresentation
    let key = Array(classic + lattice)
    #expect(IdentitySignature.isValidAgreementKey(key, suite: suite))
    #expect(!IdentitySignature.isValidAgreementKey(key, suite: 5 - suite))
    #expect(!IdentitySignature.isValidAgreementKey(Array(classic), suite: suite))
    #expect(!IdentitySignature.isValidAgreementKey(Array([UInt8](repeating: 0, count: 32) + lattice), suite: suite))
    // 0xFFF is no coefficient: q is 3,329 (FIPS 203, section 7.2).
    #expect(
      !IdentitySignature.isValidAgreementKey(Array(classic + [0xFF, 0xFF, 0xFF] + lattice.dropFirst(3)), suite: suite))
  }
}
