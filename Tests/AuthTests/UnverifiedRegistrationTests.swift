// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Testing
import Wire

@testable import AuthService

@Suite("Checks of a registration", .timeLimit(.minutes(3)))
struct UnverifiedRegistrationTests {
  private let alice: Person
  private let challenge: [UInt8]
  private let good: Register

  init() throws {
    alice = try Person("Alice.Example")
    challenge = Challenges.authenticator.seal(Challenges.registration(of: alice.account))
    good = try alice.registration(challenge, difficulty: UInt32(Challenges.difficulty))
  }

  @discardableResult
  private func verify(_ request: Register) throws -> VerifiedRegistration {
    let unverified = UnverifiedRegistration(request)
    return try unverified.verified(for: unverified.workedChallenge(by: Challenges.authenticator))
  }

  private func expectRefusal(_ code: FailureCode, _ change: (inout Register) throws -> Void) rethrows {
    var request = good
    try change(&request)
    AuthTests.expectRefusal(code) { try verify(request) }
  }

  @Test("a good registration passes with its name normalised")
  func passes() throws {
    let verified = try verify(good)
    #expect(verified.account == alice.account)
    #expect(verified.username.text == "alice.example")
    #expect(verified.deviceList.signed == good.deviceList)
  }

  @Test("a challenge that is none of ours is refused")
  func foreignChallenge() {
    expectRefusal(.challengeInvalid) { $0.challenge[50] ^= 1 }
  }

  @Test("a login's challenge is refused")
  func loginChallenge() {
    expectRefusal(.challengeInvalid) { request in
      request.challenge = Challenges.authenticator.seal(Challenges.login(of: alice.address))
    }
  }

  @Test("too little work is refused")
  func work() throws {
    let hard = Challenges.authenticator.seal(Challenges.registration(of: alice.account, difficulty: 32))
    try expectRefusal(.proofOfWorkInvalid) { request in
      request = try alice.registration(hard, difficulty: 1)
    }
  }

  @Test("a name that breaks the rules is refused", arguments: ["al", "1alice", "alice-", "al..ice", "alicé", "аlice"])
  func badName(name: String) {
    expectRefusal(.usernameInvalid) { $0.username = name }
  }

  @Test("a reserved name and its look-alikes are refused", arguments: ["admin", "Support", "adm1n", "con_struct"])
  func reservedName(name: String) {
    expectRefusal(.usernameReserved) { $0.username = name }
  }

  @Test("an unknown suite of the root key is refused", arguments: [0, 4, 255, UInt64.max])
  func unknownSuite(suite: UInt64) {
    expectRefusal(.suiteUnsupported) { $0.suite = suite }
  }

  @Test("a root key of the wrong length is refused", arguments: [0, 31, 33, 64])
  func rootKeyLength(count: Int) {
    expectRefusal(.keyInvalid) { $0.rootIdentityKey = [UInt8](repeating: 5, count: count) }
  }

  @Test("a root key of small order is refused")
  func rootKeyOfSmallOrder() {
    expectRefusal(.keyInvalid) { $0.rootIdentityKey = [1] + [UInt8](repeating: 0, count: 31) }
  }

  @Test("a list signed by another root key is refused")
  func otherRootKey() {
    expectRefusal(.signatureInvalid) { request in
      request.rootIdentityKey = Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
    }
  }

  @Test("a list of another account is refused")
  func otherAccount() throws {
    let list = DeviceList(
      account: Person.freshAccount(), number: 1, issuedAt: 1, devices: [alice.first.entry])
    try expectRefusal(.deviceListInvalid) { $0.deviceList = try alice.sign(list) }
  }

  @Test("a first list with another number is refused", arguments: [0, 2, UInt64.max])
  func otherNumber(number: UInt64) throws {
    try expectRefusal(.deviceListInvalid) { $0.deviceList = try alice.list(number: number, [alice.first]) }
  }

  @Test("a first list with no device, with two, or without device 1 is refused", arguments: [[], [1, 2], [2]])
  func otherDevices(numbers: [UInt32]) throws {
    let devices = try numbers.map { try DeviceKeys($0) }
    try expectRefusal(.deviceListInvalid) { $0.deviceList = try alice.list(devices) }
  }
}
