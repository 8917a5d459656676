// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Testing
import Wire

@testable import AuthService

@Suite("Challenges", .timeLimit(.minutes(3)))
struct ChallengeTests {
  private let challenge = Challenges.registration(of: Person.freshAccount())

  @Test("a challenge comes back as it was made")
  func roundTrip() throws {
    let sealed = Challenges.authenticator.seal(challenge)
    #expect(sealed.count == 78)
    #expect(try Challenges.authenticator.open(sealed) == challenge)
  }

  @Test("the bytes stand where the layout says")
  func layout() throws {
    let account = try #require(AccountID(bytes: Array(1...16)))
    let device = try #require(DeviceID(0x0102_0304))
    let challenge = Challenge(
      purpose: .login, account: account, device: device, difficulty: 5, expiry: 0x0102_0304_0506_0708,
      identifier: Array(101...116))
    #expect(
      challenge.encoded == [2] + Array(1...16) + [1, 2, 3, 4] + [5] + Array(1...8) + Array(101...116))
  }

  @Test("a flipped bit anywhere is refused", arguments: 0..<78)
  func flippedBit(index: Int) {
    var sealed = Challenges.authenticator.seal(challenge)
    sealed[index] ^= 0x10
    expectRefusal(.challengeInvalid) { _ = try Challenges.authenticator.open(sealed) }
  }

  @Test("a challenge of another length is refused", arguments: [0, 1, 45, 46, 77, 79, 256])
  func wrongLength(count: Int) {
    var sealed = Challenges.authenticator.seal(challenge)
    sealed = Array((sealed + [UInt8](repeating: 0, count: 256)).prefix(count))
    expectRefusal(.challengeInvalid) { _ = try Challenges.authenticator.open(sealed) }
  }

  @Test("another server's challenge is refused, even one with the same secret")
  func foreignKey() {
    let secret = SymmetricKey(data: [UInt8](1...32))
    let ours = ChallengeAuthenticator(key: AuthKeys(tokenSecret: secret, domain: "one.example").challenge)
    let theirs = ChallengeAuthenticator(key: AuthKeys(tokenSecret: secret, domain: "two.example").challenge)
    expectRefusal(.challengeInvalid) { _ = try ours.open(theirs.seal(challenge)) }
  }

  @Test("the keys of challenges and of sealed token keys differ")
  func keySeparation() {
    let keys = AuthKeys(tokenSecret: SymmetricKey(data: [UInt8](1...32)), domain: "one.example")
    #expect(keys.challenge != keys.sealing)
  }

  @Test("a challenge expires at its expiry, not a millisecond earlier")
  func expiry() {
    #expect(!challenge.isExpired(at: Challenges.expiry - 1))
    #expect(challenge.isExpired(at: Challenges.expiry))
  }
}
