// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Known answers of sender keys")
struct SenderKeyKnownAnswerTests {
  typealias Provider = ScriptedProvider

  struct Case: Decodable {
    struct Message: Decodable {
      let plaintext: Hex
      let chainKey: Hex
      let messageKey: Hex
      let message: Hex
      let nextChainKey: Hex
    }

    let group: Hex
    let account: Hex
    let device: UInt32
    let distributionID: Hex
    let signingSeed: Hex
    let signingPublic: Hex
    let context: Hex
    let distribution: Hex
    let messages: [Message]
  }

  @Test("another implementation gives the same distribution, chain and messages, and they open")
  func answers() throws {
    for test in try KnownAnswers.load("sender_keys", as: Case.self) {
      let group = try GroupID(bytes: test.group.bytes)
      let sender = try DeviceAddress(account: test.account.bytes, device: test.device)
      let randomness =
        try test.distributionID.bytes + test.signingSeed.bytes + #require(test.messages.first).chainKey.bytes
      var key = try Provider.withRandomness(randomness) {
        try OutgoingSenderKey<Provider>(group: group, sender: sender, now: 0)
      }
      #expect(key.distribution.serialized().exposed() == test.distribution.bytes)
      let context = SenderKeyContext<Provider>(
        group: group, sender: sender, distributionID: test.distributionID.bytes, signingKey: test.signingPublic.bytes)
      #expect(context.digest == test.context.bytes)
      var record = SenderKeyRecord<Provider>(group: group, sender: sender)
      try record.add(SenderKeyDistribution(serialized: test.distribution.secret))
      for answer in test.messages {
        #expect(key.chain.key.exposed() == answer.chainKey.bytes)
        #expect(key.chain.messageKey.exposed() == answer.messageKey.bytes)
        #expect(try key.encrypt(answer.plaintext.bytes).bytes == answer.message.bytes)
        #expect(key.chain.key.exposed() == answer.nextChainKey.bytes)
        #expect(try record.decrypt(SenderKeyMessage(bytes: answer.message.bytes)) == answer.plaintext.bytes)
      }
    }
  }
}
