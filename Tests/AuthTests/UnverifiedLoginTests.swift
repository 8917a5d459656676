// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import AuthService

@Suite("Checks of a login", .timeLimit(.minutes(3)))
struct UnverifiedLoginTests {
  private let alice: Person
  private let domain = "chat.example"
  private let challenge: [UInt8]
  private let key: DeviceSigningKey

  init() throws {
    alice = try Person()
    challenge = Challenges.authenticator.seal(Challenges.login(of: alice.address))
    key = DeviceSigningKey(suite: 1, bytes: alice.first.entry.signingKey)
  }

  private func verify(
    _ login: Login, at now: UInt64 = Challenges.expiry - 1, key: DeviceSigningKey?
  ) throws -> VerifiedLogin {
    try UnverifiedLogin(login).withChallenge(by: Challenges.authenticator, domain: domain, at: now)
      .verified(with: key)
  }

  @Test("a good login passes")
  func good() throws {
    let login = try verify(alice.login(challenge, domain: domain), key: key)
    #expect(login.address == alice.address)
    #expect(login.challenge == Challenges.login(of: alice.address))
  }

  @Test("a challenge that is none of ours is refused")
  func foreignChallenge() throws {
    var login = try alice.login(challenge, domain: domain)
    login.challenge[0] ^= 1
    expectRefusal(.challengeInvalid) { _ = try verify(login, key: key) }
  }

  @Test("a registration's challenge is refused")
  func registrationChallenge() throws {
    let other = Challenges.authenticator.seal(Challenges.registration(of: alice.account))
    let login = try alice.login(other, domain: domain)
    expectRefusal(.challengeInvalid) { _ = try verify(login, key: key) }
  }

  @Test("a challenge of another account or another device is refused")
  func otherDevice() throws {
    let second = DeviceAddress(account: alice.account, device: try #require(DeviceID(2)))
    for address in [second, try Person().address] {
      let other = Challenges.authenticator.seal(Challenges.login(of: address))
      let login = try alice.login(other, domain: domain)
      expectRefusal(.challengeInvalid) { _ = try verify(login, key: key) }
    }
  }

  @Test("an expired challenge is refused")
  func expired() throws {
    let login = try alice.login(challenge, domain: domain)
    expectRefusal(.challengeExpired) { _ = try verify(login, at: Challenges.expiry, key: key) }
  }

  @Test("a signature for another domain is refused")
  func otherDomain() throws {
    let login = try alice.login(challenge, domain: "evil.example")
    expectRefusal(.signatureInvalid) { _ = try verify(login, key: key) }
  }

  @Test("a signature by another key, of another length, or for no device at all is refused the same way")
  func badSignature() throws {
    let login = try alice.login(challenge, domain: domain)
    var short = login
    short.signature.removeLast()
    let other = DeviceSigningKey(suite: 1, bytes: try DeviceKeys(1).entry.signingKey)
    expectRefusal(.signatureInvalid) { _ = try verify(login, key: other) }
    expectRefusal(.signatureInvalid) { _ = try verify(short, key: key) }
    expectRefusal(.signatureInvalid) { _ = try verify(login, key: nil) }
    expectRefusal(.signatureInvalid) { _ = try verify(short, key: nil) }
  }
}
