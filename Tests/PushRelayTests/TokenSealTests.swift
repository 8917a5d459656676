// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import PushRelayService

@Suite("The sealing of push tokens", .timeLimit(.minutes(3)))
struct TokenSealTests {
  private let seal = TokenSeal(secret: [UInt8](0..<32))

  private func sealed() throws -> [UInt8] {
    try seal.seal(#require(PushToken(Sample.token)), of: Sample.phone, .apns)
  }

  @Test("a sealed token opens for its row, and does not show the token")
  func opens() throws {
    let sealed = try sealed()
    #expect(try seal.open(sealed, of: Sample.phone, .apns).bytes == Sample.token)
    #expect(!sealed.contains(Sample.token))
    #expect(try sealed != self.sealed(), "each sealing has its own nonce")
  }

  @Test("a sealed token opens for no other device, provider or secret")
  func bound() throws {
    let sealed = try sealed()
    let stranger = DeviceAddress(account: AccountID(Identifier128(high: 9, low: 9)), device: .first)
    #expect(throws: TokenSeal.Unreadable.self) { try seal.open(sealed, of: Sample.tablet, .apns) }
    #expect(throws: TokenSeal.Unreadable.self) { try seal.open(sealed, of: stranger, .apns) }
    #expect(throws: TokenSeal.Unreadable.self) { try seal.open(sealed, of: Sample.phone, .fcm) }
    let other = TokenSeal(secret: [UInt8](1...32))
    #expect(throws: TokenSeal.Unreadable.self) { try other.open(sealed, of: Sample.phone, .apns) }
  }

  @Test("a sealed token that is cut, changed or of another version does not open")
  func damaged() throws {
    let sealed = try sealed()
    for count in [0, 1, 12, 28, sealed.count - 1] {
      #expect(throws: TokenSeal.Unreadable.self) { try seal.open(Array(sealed.prefix(count)), of: Sample.phone, .apns) }
    }
    for position in sealed.indices {
      var changed = sealed
      changed[position] ^= 1
      #expect(throws: TokenSeal.Unreadable.self) { try seal.open(changed, of: Sample.phone, .apns) }
    }
  }

  @Test("a token has 1 to 4,096 bytes and never describes itself")
  func tokens() throws {
    #expect(PushToken([]) == nil)
    #expect(PushToken([UInt8](repeating: 1, count: 4_097)) == nil)
    let token = try #require(PushToken(Array("secret".utf8)))
    #expect("\(token)" == "PushToken(6 bytes)")
    #expect(String(reflecting: token) == "PushToken(6 bytes)")
    var dumped = ""
    dump(token, to: &dumped)
    #expect(!dumped.contains("115"))
  }
}
