// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("Safety numbers")
struct SafetyNumberTests {
  typealias Number = SafetyNumber<NativeCryptoProvider>
  private let alice = [UInt8](repeating: 1, count: 16)
  private let bob = [UInt8](repeating: 2, count: 16)

  @Test("both people see the same number, and each other's code matches")
  func bothSides() throws {
    let aliceRoot = try RootIdentityKeyPair<NativeClassicSuite>().publicKey.certified
    let bobRoot = try RootIdentityKeyPair<NativeClassicSuite>().publicKey.certified
    let hers = try Number(localAccount: alice, localRoot: aliceRoot, remoteAccount: bob, remoteRoot: bobRoot)
    let his = try Number(localAccount: bob, localRoot: bobRoot, remoteAccount: alice, remoteRoot: aliceRoot)
    #expect(hers.digits == his.digits)
    #expect(hers.digits.utf8.count == 60 && hers.groups.count == 12)
    #expect(hers.groups.joined() == hers.digits)
    #expect(hers.qrPayload.count == 65)
    #expect(try hers.matches(scanned: his.qrPayload) && his.matches(scanned: hers.qrPayload))
    #expect(try !hers.matches(scanned: hers.qrPayload))
  }

  @Test("another root or another account is another number, and its code does not match")
  func swappedRoot() throws {
    let aliceRoot = try RootIdentityKeyPair<NativeClassicSuite>().publicKey.certified
    let bobRoot = try RootIdentityKeyPair<NativeClassicSuite>().publicKey.certified
    let impostor = try RootIdentityKeyPair<NativeClassicSuite>().publicKey.certified
    let hers = try Number(localAccount: alice, localRoot: aliceRoot, remoteAccount: bob, remoteRoot: impostor)
    let his = try Number(localAccount: bob, localRoot: bobRoot, remoteAccount: alice, remoteRoot: aliceRoot)
    #expect(hers.digits != his.digits)
    #expect(try !hers.matches(scanned: his.qrPayload))
    let other = try Number(
      localAccount: alice, localRoot: aliceRoot, remoteAccount: [UInt8](repeating: 3, count: 16), remoteRoot: bobRoot)
    #expect(other.digits != his.digits)
  }

  @Test("a malformed code is refused")
  func malformed() throws {
    let root = try RootIdentityKeyPair<NativeClassicSuite>().publicKey.certified
    let number = try Number(localAccount: alice, localRoot: root, remoteAccount: bob, remoteRoot: root)
    #expect(throws: CryptoError.malformed) { try number.matches(scanned: Array(number.qrPayload.dropLast())) }
    #expect(throws: CryptoError.malformed) { try number.matches(scanned: number.qrPayload + [0]) }
    var other = number.qrPayload
    other[0] = 2
    #expect(throws: CryptoError.unsupportedVersion) { try number.matches(scanned: other) }
    #expect(throws: CryptoError.malformed) {
      try Number(localAccount: [1], localRoot: root, remoteAccount: bob, remoteRoot: root)
    }
  }
}
