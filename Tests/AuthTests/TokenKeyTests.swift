// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Testing

@testable import AuthService

@Suite("Token keys", .timeLimit(.minutes(3)))
struct TokenKeyTests {
  private let schedule = TokenKeySchedule(rotationMilliseconds: 10_000_000)
  private let period = TokenKeyPeriod(notBefore: 5_000_000, signsUntil: 15_000_000)
  private let sealingKey = SymmetricKey(size: .bits256)

  @Test("the first key signs at once, even where the clock is a minute behind")
  func first() {
    #expect(
      schedule.next(after: [], at: 70_000) == TokenKeyPeriod(notBefore: 10_000, signsUntil: 10_070_000))
    #expect(schedule.next(after: [], at: 7)?.notBefore == 0)
  }

  @Test("while the key has more than the lead to go there is no other")
  func early() {
    #expect(schedule.next(after: [period], at: 5_000_000) == nil)
    #expect(schedule.next(after: [period], at: 15_000_000 - 3_600_001) == nil)
  }

  @Test("the next key is made an hour ahead and begins where its predecessor ends")
  func ahead() {
    let next = TokenKeyPeriod(notBefore: 15_000_000, signsUntil: 25_000_000)
    #expect(schedule.next(after: [period], at: 15_000_000 - 3_600_000) == next)
    #expect(schedule.next(after: [period, next], at: 14_999_999) == nil)
  }

  @Test("a short rotation is led by half of it")
  func shortRotation() {
    #expect(TokenKeySchedule(rotationMilliseconds: 4_000).leadMilliseconds == 2_000)
  }

  @Test("after a standstill the next key signs at once")
  func standstill() {
    #expect(
      schedule.next(after: [period], at: 15_000_000)
        == TokenKeyPeriod(notBefore: 14_940_000, signsUntil: 25_000_000))
  }

  @Test("a private key is sealed, and opens under its own key and kid alone")
  func sealing() throws {
    let key = TokenKey(privateKey: Curve25519.Signing.PrivateKey(), period: period)
    let sealed = try key.sealed(under: sealingKey)
    #expect(sealed.count == 60)
    #expect(sealed.firstRange(of: Array(key.privateKey.rawRepresentation)) == nil)
    let opened = TokenKey(sealed: sealed, kid: key.kid, period: period, under: sealingKey)
    #expect(opened?.publicKey == key.publicKey)
    #expect(TokenKey(sealed: sealed, kid: key.kid, period: period, under: SymmetricKey(size: .bits256)) == nil)
    #expect(TokenKey(sealed: sealed, kid: "other", period: period, under: sealingKey) == nil)
    #expect(TokenKey(sealed: Array(sealed.dropLast()), kid: key.kid, period: period, under: sealingKey) == nil)
  }
}
