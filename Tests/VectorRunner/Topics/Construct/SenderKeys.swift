// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

private typealias Provider = ScriptedProvider

extension Topic {
  static let senderKeys = Topic(
    "construct/sender-keys", "Construct's sender keys: distribution, context, chain and messages",
    formats: [
      .cases(with: "group", "distributionID", "signingSeed", "messages", check: check),
      .lists([("chains", ["startIteration", "chainKey", "messages"], checkSignalChain)]),
    ])
}

/// libsignal's chain, which is ours; its messages are not.
private func checkSignalChain(_ test: JSONValue) throws {
  var chain = try SenderChain<Provider>(key: test.secret("chainKey"), iteration: test.uint32("startIteration"))
  let zeros = SecretBytes(copying: [UInt8](repeating: 0, count: 32))
  for message in try test.list("messages") {
    try expect("iteration", chain.iteration, is: message.uint32("iteration"))
    try expect("message key", chain.messageKey, is: message.bytes("messageKeySeed"))
    let expanded = try Provider.hkdfSHA256(
      salt: zeros, inputKey: chain.messageKey, info: Array("WhisperGroup".utf8), count: 48)
    try expect("IV and cipher key", expanded, is: message.bytes("iv") + message.bytes("cipherKey"))
    chain.advance()
    try expect("next chain key", chain.key, is: message.bytes("nextChainKey"))
  }
}

private func check(_ test: JSONValue) throws {
  let group = try GroupID(bytes: test.bytes("group"))
  let sender = try DeviceAddress(account: test.bytes("account"), device: test.uint32("device"))
  let (id, seed) = try (test.bytes("distributionID"), test.bytes("signingSeed"))
  let answers = try test.list("messages")
  guard let first = answers.first else { throw VectorProblem.malformed("has no messages") }
  var key = try Provider.with(.exactly(id + seed + first.bytes("chainKey"))) {
    try OutgoingSenderKey<Provider>(group: group, sender: sender, now: 0)
  }.result
  let distribution = try test.bytes("distribution")
  try expect("distribution", key.distribution.serialized(), is: distribution)
  let context = try SenderKeyContext<Provider>(
    group: group, sender: sender, distributionID: id, signingKey: test.bytes("signingPublic"))
  try expect("context", context.digest, is: test.bytes("context"))
  var record = SenderKeyRecord<Provider>(group: group, sender: sender)
  try record.add(SenderKeyDistribution(serialized: SecretBytes(copying: distribution)))
  for answer in answers {
    let (plaintext, message) = try (answer.bytes("plaintext"), answer.bytes("message"))
    try expect("chain key", key.chain.key, is: answer.bytes("chainKey"))
    try expect("message key", key.chain.messageKey, is: answer.bytes("messageKey"))
    let expanded = try context.expand(key.chain.messageKey)
    try expect("AEAD key", expanded.key, is: answer.bytes("key"))
    try expect("nonce", expanded.nonce, is: answer.bytes("nonce"))
    try expect("message", key.encrypt(plaintext).bytes, is: message)
    try expect("signature", Array(message.suffix(64)), is: answer.bytes("signature"))
    try expect("next chain key", key.chain.key, is: answer.bytes("nextChainKey"))
    try expect("opened", record.decrypt(SenderKeyMessage(bytes: message)), is: plaintext)
  }
}
